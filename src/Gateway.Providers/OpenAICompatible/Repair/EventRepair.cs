using System.Buffers;
using System.Text.Json;
using Gateway.Core.Providers;

namespace Gateway.Providers.OpenAICompatible.Repair;

/// <summary>One stream's events, put right one by one. Its buffers are used again, so that a provider which deviates with every event costs no allocation for each.</summary>
internal sealed class EventRepair(bool includeUsage) : IEventRepair
{
    private readonly AnswerWalk _walk = new(stream: true, movesUsage: !includeUsage);
    private readonly ArrayBufferWriter<byte> _repaired = new();

    public ReadOnlyMemory<byte> UsageChunk { get; private set; }

    public ReadOnlySpan<byte> Repair(ReadOnlySpan<byte> data)
    {
        _walk.Look(data);
        if (includeUsage && _walk.GroqUsage != default) UsageChunk = ChunkOf(data, data[_walk.GroqUsage.Start.._walk.GroqUsage.End]);
        if (_walk.Plan.IsEmpty) return default;
        _repaired.ResetWrittenCount();
        _walk.Plan.Apply(data, _repaired);
        return _repaired.WrittenSpan;
    }

    /// <summary>The chunk that <c>include_usage</c> asks for, in the frame of the event that brought the usage elsewhere.</summary>
    private static byte[] ChunkOf(ReadOnlySpan<byte> data, ReadOnlySpan<byte> usage)
    {
        var chunk = new ArrayBufferWriter<byte>(usage.Length + 256);
        chunk.Write("{"u8);
        var reader = new Utf8JsonReader(data, JsonWalk.Options);
        reader.Read();
        while (reader.NextMember())
        {
            var name = (int)reader.TokenStartIndex;
            var isFrame = reader.Is("id"u8) || reader.Is("created"u8) || reader.Is("model"u8) || reader.Is("system_fingerprint"u8);
            reader.Read();
            var (_, end) = reader.Whole();
            if (!isFrame) continue;
            chunk.Write(data[name..end]);
            chunk.Write(","u8);
        }

        chunk.Write("\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":"u8);
        chunk.Write(usage);
        chunk.Write("}"u8);
        return chunk.WrittenSpan.ToArray();
    }
}
