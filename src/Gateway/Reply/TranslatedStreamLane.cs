using System.Buffers;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Tokens;
using Gateway.Core.Usage;
using Gateway.Routing;
using Gateway.Upstream;

namespace Gateway.Reply;

/// <summary>The translate lane: the provider's events become OpenAI's, and those go the way of the identity lane.</summary>
internal sealed class TranslatedStreamLane(IStreamTranslator translator, Target target, InferenceEndpoint endpoint, bool includeUsage, AnswerTokens? words) : IStreamLane
{
    private readonly OpenAIStreamLane _events = new(target, endpoint, includeUsage, words);
    private readonly PooledWriter _translated = new(1024);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(4096);

    public bool EndSeen => translator.Facts.Finished;

    public bool IsJson => translator.IsJson;

    public bool HasAnswer => _events.HasAnswer;

    public long RelayedEvents => _events.RelayedEvents;

    public long RelayedBytes => _events.RelayedBytes;

    public long? RelayedTokens => _events.RelayedTokens;

    public StreamFacts Facts
    {
        get
        {
            var facts = translator.Facts;
            if (facts is { IsOutputOpen: true, Usage: { } opened }) facts = facts with { Usage = UsageEstimate.Opened(opened, RelayedBytes, RelayedEvents) };
            return facts.Error is { } error ? facts with { Error = UpstreamFailure.InStream(error, target.Provider) } : facts;
        }
    }

    public Memory<byte> Receive(IBufferWriter<byte> client) => _buffer;

    public bool Received(int count, IBufferWriter<byte> client) => Received(_buffer.AsSpan(0, count), client);

    public bool Received(ReadOnlySpan<byte> bytes, IBufferWriter<byte> client)
    {
        _translated.Clear();
        translator.Read(bytes, _translated);
        return _events.Received(_translated.Written, client);
    }

    public void Ended(IBufferWriter<byte> client)
    {
        _translated.Clear();
        translator.Complete(_translated);
        _events.Received(_translated.Written, client);
    }

    public void WriteEnd(IBufferWriter<byte> client, NanoUsd cost)
    {
        if (EndSeen || Facts.CanEnd) _events.End();
        _events.WriteEnd(client, cost);
    }

    public void Dispose()
    {
        _events.Dispose();
        _translated.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }
}
