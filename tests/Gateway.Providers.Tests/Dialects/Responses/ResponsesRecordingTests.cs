using System.Text;
using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Core.Usage;
using Gateway.Core.Wire.Sse;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>What providers that speak the dialect really answered, read in passing.</summary>
public sealed class ResponsesRecordingTests
{
    private static readonly int[] Cuts = [int.MaxValue, 1, 3, 7, 37];

    [SkippableFact]
    public void Recorded_responses_say_what_they_used()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);
        var (compared, differences) = (0, new List<string>());
        foreach (var (id, response, expect) in Recorded(stream: false))
        {
            var read = ResponsesForms.Dialect.ReadFacts(Encoding.UTF8.GetBytes(response.GetProperty("body").GetString()!));
            compared++;
            if (HasError(expect) && read.IsOk) differences.Add($"{id}: the error was lost");
            if (HasError(expect)) continue;
            if (!read.IsOk) differences.Add($"{id}: {read.Error.Message}");
            else if (Difference(read.Value.Usage, expect) is { } difference) differences.Add($"{id}: {difference}");
        }

        compared.Should().BeGreaterThan(100);
        differences.Should().BeEmpty();
    }

    [SkippableFact]
    public void Recorded_streams_end_once_and_say_what_they_used_however_they_are_cut()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);
        var (compared, differences) = (0, new List<string>());
        foreach (var (id, response, expect) in Recorded(stream: true))
        {
            compared++;
            foreach (var cut in Cuts)
            {
                var (reader, roles) = Read(Encoding.UTF8.GetBytes(response.GetProperty("body").GetString()!), cut);
                var facts = reader.Facts;
                var ends = roles.Count(static r => r == EventRole.Ends);
                if (HasError(expect) ? facts.Error is null || ends > 0 || facts.Finished : facts.Error is not null || ends != 1 || !facts.Finished) differences.Add($"{id}: {ends} ends, error {facts.Error?.Message}");
                else if (!HasError(expect) && Difference(facts.Usage, expect) is { } difference) differences.Add($"{id}: {difference}");
                if (expect.GetProperty("text").GetString()!.Length > 0 && (reader.ContentBytes == 0 || reader.ContentEvents == 0)) differences.Add($"{id}: no words were counted");
            }
        }

        compared.Should().BeGreaterThan(30);
        differences.Should().BeEmpty();
    }

    private static (IDialectReader Reader, List<EventRole> Roles) Read(byte[] body, int cut)
    {
        var (events, reader, roles) = (new SseEventReader(), ResponsesForms.Dialect.OpenReader(), new List<EventRole>());
        for (var at = 0; at < body.Length;)
        {
            var piece = body.AsSpan(at, Math.Min(cut, body.Length - at)).ToArray();
            at += piece.Length;
            ReadOnlySpan<byte> rest = piece;
            while (events.TryRead(ref rest, out var next)) roles.Add(reader.Read(next.Data));
        }

        return (reader, roles);
    }

    private static string? Difference(TokenUsage? usage, JsonElement expect)
    {
        var expected = expect.GetProperty("usage");
        if (expected.ValueKind != JsonValueKind.Object) return usage is null ? null : "usage out of nothing";
        if (usage is not { } read) return "no usage";
        var (prompt, completion, cached, reasoning) = (Number("prompt_tokens"), Number("completion_tokens"), Number("cached_tokens"), Number("reasoning_tokens"));
        return (read.PromptTotal, read.Output, read.CacheRead, read.Reasoning) == (prompt, completion, cached, reasoning)
            ? null
            : $"{(read.PromptTotal, read.Output, read.CacheRead, read.Reasoning)} for {(prompt, completion, cached, reasoning)}";

        long Number(string name) => expected.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;
    }

    private static bool HasError(JsonElement expect) => expect.TryGetProperty("error", out var error) && error.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    /// <summary>Without those that are named so and hold a chat answer.</summary>
    private static IEnumerable<(string Id, JsonElement Response, JsonElement Expect)> Recorded(bool stream)
    {
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.Recordings, "index.jsonl")))
        {
            var row = JsonDocument.Parse(line).RootElement;
            if (row.GetProperty("endpoint").GetString() != "responses" || row.GetProperty("stream").GetBoolean() != stream || row.GetProperty("status").GetInt32() >= 400) continue;
            var exchange = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedFolder.Recordings, row.GetProperty("file").GetString()!))).RootElement;
            var response = exchange.GetProperty("response");
            if (response.GetProperty("body").GetString()!.Contains("\"chat.completion", StringComparison.Ordinal)) continue;
            yield return (row.GetProperty("id").GetString()!, response, exchange.GetProperty("expect"));
        }
    }
}
