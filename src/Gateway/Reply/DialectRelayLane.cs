using System.Buffers;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.Sse;
using Gateway.Routing;
using Gateway.Upstream;

namespace Gateway.Reply;

/// <summary>The identity lane of a dialect that is not OpenAI's chat: the provider's events pass as they came, each when it is whole, the last one when the ledger has the row.</summary>
internal sealed class DialectRelayLane(IDialectReader reader, Target target) : IStreamLane
{
    /// <summary>No event is larger, or it is no event. A Responses stream ends with the whole answer once more.</summary>
    private const int MaxEvent = 16 * 1024 * 1024;

    private const int BufferSize = 4096;

    private readonly SseEventReader _events = new(MaxEvent);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private readonly PooledWriter _pending = new(1024);   // the raw bytes of an event that is not whole yet, or of the last one
    private GatewayError? _error;

    public StreamFacts Facts
    {
        get
        {
            var facts = reader.Facts;
            if (facts is { IsOutputOpen: true, Usage: { } opened }) facts = facts with { Usage = UsageEstimate.Opened(opened, RelayedBytes, RelayedEvents) };
            return (_error ?? facts.Error) is { } error ? facts with { Error = UpstreamFailure.InStream(error, target.Provider) } : facts;
        }
    }

    public bool EndSeen { get; private set; }

    public long RelayedEvents => reader.ContentEvents;

    public long RelayedBytes => reader.ContentBytes;

    public long? RelayedTokens => null;

    public long EventsWritten { get; private set; }

    public Memory<byte> Receive(IBufferWriter<byte> client) => _buffer;

    public bool Received(int count, IBufferWriter<byte> client) => Received(_buffer.AsSpan(0, count), client);

    public bool Received(ReadOnlySpan<byte> bytes, IBufferWriter<byte> client)
    {
        var before = EventsWritten;
        while (!EndSeen && _error is null && reader.Facts.Error is null)
        {
            var rest = bytes;
            if (!_events.TryRead(ref bytes, out var next))
            {
                _pending.Write(rest);
                break;
            }

            _pending.Write(rest[..(rest.Length - bytes.Length)]);
            if (next.Data.IsEmpty) continue;
            switch (reader.Read(next.Data))
            {
                case EventRole.Ends:
                    EndSeen = true;
                    break;
                case EventRole.Passes:
                    client.Write(_pending.Written);
                    _pending.Clear();
                    EventsWritten++;
                    break;
            }
        }

        if (_events.Overflowed) _error = new(ErrorKind.BadUpstream, $"Provider '{target.Provider.Name}' sent an event larger than {MaxEvent} bytes.");
        return EventsWritten != before;
    }

    public void WriteEnd(IBufferWriter<byte> client, NanoUsd cost)
    {
        if (EndSeen) client.Write(_pending.Written);
    }

    public void Dispose()
    {
        _pending.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }
}
