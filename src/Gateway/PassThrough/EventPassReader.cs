using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Core.Wire.Sse;
using Gateway.Reply;

namespace Gateway.PassThrough;

/// <summary>Server-sent events of OpenAI's API, or of a dialect.</summary>
/// <param name="dialect">Null: OpenAI's chat and completions.</param>
internal sealed class EventPassReader(InferenceEndpoint endpoint, IDialectReader? dialect) : IPassReader
{
    private const int MaxEvent = 16 * 1024 * 1024;

    private readonly SseEventReader _events = new(MaxEvent);
    private readonly EventTally _tally = new(endpoint);

    public bool EndSeen { get; private set; }

    public StreamFacts Facts => dialect?.Facts ?? new(EndSeen, EndSeen ? _tally.Usage : _tally.UsageSoFar, _tally.RawUsage, null, 0);

    public long Events => dialect?.ContentEvents ?? _tally.Events;

    public long ContentBytes => dialect?.ContentBytes ?? _tally.ContentBytes;

    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!EndSeen && _events.TryRead(ref bytes, out var next))
        {
            if (next.Data.IsEmpty) continue;
            if (dialect is not null) EndSeen = dialect.Read(next.Data) == EventRole.Ends;
            else if (next.Data.SequenceEqual("[DONE]"u8)) EndSeen = true;
            else _tally.Look(next.Data, out _);
        }
    }

    public void Dispose()
    {
    }
}
