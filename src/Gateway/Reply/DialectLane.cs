using System.Buffers;
using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Providers;

namespace Gateway.Reply;

/// <summary>A client's dialect in front of the hub: the chat events of another lane become the dialect's.</summary>
/// <param name="chat">Has been told that the client asked for usage.</param>
internal sealed class DialectLane(IStreamLane chat, IDialectWriter dialect) : IStreamLane
{
    private static readonly GatewayError Unreadable = new(ErrorKind.BadUpstream, "The provider sent an event that cannot be read. What was received before it is incomplete.");

    private GatewayError? _error;
    private readonly PooledWriter _chat = new(4096);

    public StreamFacts Facts => _error is { } error ? chat.Facts with { Error = error } : chat.Facts;

    public bool IsJson => chat.IsJson;

    public bool EndSeen => chat.EndSeen;

    public bool HasAnswer => chat.HasAnswer;

    public long RelayedEvents => chat.RelayedEvents;

    public long RelayedBytes => chat.RelayedBytes;

    public long? RelayedTokens => chat.RelayedTokens;

    public long EventsWritten => dialect.Events;

    public Memory<byte> Receive(IBufferWriter<byte> client) => chat.Receive(_chat);

    public bool Received(int count, IBufferWriter<byte> client)
    {
        chat.Received(count, _chat);
        return PassOn(client);
    }

    public bool Received(ReadOnlySpan<byte> bytes, IBufferWriter<byte> client)
    {
        chat.Received(bytes, _chat);
        return PassOn(client);
    }

    public void Ended(IBufferWriter<byte> client)
    {
        chat.Ended(_chat);
        PassOn(client);
    }

    public void WriteEnd(IBufferWriter<byte> client, NanoUsd cost)
    {
        chat.WriteEnd(_chat, cost);
        PassOn(client);
        dialect.Finish(client);
    }

    public void Dispose()
    {
        chat.Dispose();
        _chat.Dispose();
    }

    /// <summary>What a chat lane writes is whole events, each one <c>data:</c> line.</summary>
    private bool PassOn(IBufferWriter<byte> client)
    {
        var before = dialect.Events;
        var events = _chat.Written;
        while (!events.IsEmpty && _error is null)
        {
            var end = events.IndexOf((byte)'\n');
            var data = events["data:".Length..end].TrimStart((byte)' ');
            events = events[end..].TrimStart((byte)'\n');
            if (data.SequenceEqual("[DONE]"u8)) continue;
            if (IsReadable(data)) dialect.Read(data, client);
            else _error = Unreadable;   // a client of chat is shown it, as it came; here a piece of the answer would be missing
        }

        _chat.Clear();
        return dialect.Events != before;
    }

    private static bool IsReadable(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = 128 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
