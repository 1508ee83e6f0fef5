using System.Buffers;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Reply;

/// <summary>
/// The provider's repair, for one stream of the identity lane. What needs none is seen by a few searches; the state that others need is made with the first of them.
/// </summary>
internal sealed class EventMender(IAnswerRepair repair, bool includeUsage)
{
    private IEventRepair? _events;

    /// <summary>Null where the provider never deviates, or the endpoint has nothing to repair.</summary>
    public static EventMender? For(ProviderManifest manifest, InferenceEndpoint endpoint, bool includeUsage) =>
        endpoint == InferenceEndpoint.ChatCompletions && manifest.Repair is { } repair ? new(repair, includeUsage) : null;

    /// <summary>The usage came in a place that is not OpenAI's, and <see cref="WriteUsage"/> has it.</summary>
    public bool HasUsage => _events is { UsageChunk.IsEmpty: false };

    /// <returns>The event as the client is to have it; empty: as it is. Valid until the next call.</returns>
    public ReadOnlySpan<byte> Mend(ReadOnlySpan<byte> data) => IsPlain(data) ? default : Repair(data);

    /// <summary>Nothing is to be repaired, as a few searches tell.</summary>
    public bool IsPlain(ReadOnlySpan<byte> data) => repair.IsPlain(data);

    /// <summary><see cref="Mend"/> for an event that is not plain.</summary>
    public ReadOnlySpan<byte> Repair(ReadOnlySpan<byte> data)
    {
        var json = data.TrimStart((byte)' ');
        if (json.IsEmpty || json[0] != '{') return default;   // [DONE]
        _events ??= repair.OpenStream(includeUsage);
        return _events.Repair(json);
    }

    public void WriteUsage(IBufferWriter<byte> client, NanoUsd cost)
    {
        var chunk = _events!.UsageChunk;
        new UsageChunk(chunk.Span, new ByteRange(0, chunk.Length - 1)).Write(client, cost);
    }
}
