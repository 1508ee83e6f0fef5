using System.IO.Pipelines;
using System.Text.Json;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Providers;
using Gateway.Reply;

namespace Gateway.Tests.Support;

/// <summary>A stream's bytes through the identity lane, as a provider of some kind sends them.</summary>
internal static class LaneRig
{
    public static readonly NanoUsd Cost = new(12_300);

    public static async Task<(string Events, OpenAIStreamLane Lane)> RelayAsync(string kind, IEnumerable<byte[]> pieces, bool includeUsage)
    {
        var provider = Models.Provider(kind: kind) with { Manifest = ProviderCatalog.ByKind[kind].Manifest };
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var lane = new OpenAIStreamLane(Models.Target(provider, "m"), InferenceEndpoint.ChatCompletions, includeUsage);
        foreach (var piece in pieces)
        {
            for (var rest = piece.AsMemory(); !rest.IsEmpty && !lane.EndSeen && lane.Facts.Error is null;)
            {
                var room = lane.Receive(pipe.Writer);
                var count = Math.Min(room.Length, rest.Length);
                rest[..count].CopyTo(room);
                lane.Received(count, pipe.Writer);
                rest = rest[count..];
            }
        }

        if (lane.Facts.Finished) lane.WriteEnd(pipe.Writer, Cost);
        await pipe.Writer.CompleteAsync();
        using var reader = new StreamReader(pipe.Reader.AsStream());
        return (await reader.ReadToEndAsync(), lane);
    }

    /// <summary>Cut into pieces of 1, 3, 7 and random sizes, and whole.</summary>
    public static IEnumerable<byte[][]> Cuts(byte[] bytes)
    {
        foreach (var size in (int[])[1, 3, 7, Math.Max(1, bytes.Length)]) yield return [.. bytes.Chunk(size)];
        var random = new Random(7);
        for (var round = 0; round < 3; round++)
        {
            var pieces = new List<byte[]>();
            for (var at = 0; at < bytes.Length;)
            {
                var size = Math.Min(bytes.Length - at, random.Next(1, 300));
                pieces.Add(bytes[at..(at + size)]);
                at += size;
            }

            yield return [.. pieces];
        }
    }

    /// <summary>The chunks of a client's stream, without its end.</summary>
    public static IReadOnlyList<JsonElement> Chunks(string events) =>
        [.. events.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(static e => e["data:".Length..].Trim()).Where(static d => d != "[DONE]").Select(static d => JsonDocument.Parse(d).RootElement)];
}
