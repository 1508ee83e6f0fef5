using System.Buffers;
using Gateway.Core.Money;
using Gateway.Core.Providers;

namespace Gateway.Reply;

/// <summary>
/// Step 8 for streams: what the bytes of the upstream become for the client. Only whole events are passed on, and the last one is kept back until the attempt is settled.
/// One per stream, not thread-safe.
/// </summary>
internal interface IStreamLane : IDisposable
{
    /// <summary>Where the next bytes from the upstream go. Valid until <see cref="Received(int, IBufferWriter{byte})"/>; nothing else may be written to the client in between.</summary>
    Memory<byte> Receive(IBufferWriter<byte> client);

    /// <summary>So many bytes have come. Writes the events they complete, without flushing.</summary>
    /// <returns>Whether anything was written.</returns>
    bool Received(int count, IBufferWriter<byte> client);

    /// <summary>Bytes that came by another way than <see cref="Receive"/>.</summary>
    bool Received(ReadOnlySpan<byte> bytes, IBufferWriter<byte> client);

    /// <summary>The upstream's body has ended in order, without an end of its own being seen before.</summary>
    void Ended(IBufferWriter<byte> client)
    {
    }

    /// <inheritdoc cref="IStreamTranslator.IsJson"/>
    bool IsJson => false;

    StreamFacts Facts { get; }

    /// <summary>The upstream's <c>[DONE]</c> or its like was seen: nothing that follows counts.</summary>
    bool EndSeen { get; }

    /// <summary>The stream holds an answer: a choice, and of every choice that was begun why it ended. One that only has its end may pass, and is not kept to be given again.</summary>
    bool HasAnswer => true;

    /// <summary>Events passed on that carried a part of the answer.</summary>
    long RelayedEvents { get; }

    /// <summary>Bytes of text in them, roughly; both are for estimates of streams without usage.</summary>
    long RelayedBytes { get; }

    /// <summary>Tokens in them by our own count; null where they were not counted.</summary>
    long? RelayedTokens { get; }

    /// <summary>Events the client has had so far, of dialects in which they are numbered.</summary>
    long EventsWritten => 0;

    /// <summary>Writes what was kept back: the usage, with the cost, where the client asked for it, and the end of the stream as the upstream had it.</summary>
    void WriteEnd(IBufferWriter<byte> client, NanoUsd cost);
}
