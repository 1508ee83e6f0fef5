using System.Buffers;

namespace Gateway.Core.Providers;

/// <summary>
/// Puts answers right that are nearly OpenAI's, in the identity lane of chat completions. A pure function over bytes; what is fine stays as it is, byte for byte.
/// </summary>
public interface IAnswerRepair
{
    /// <summary>Writes the whole reply as OpenAI would have sent it.</summary>
    /// <returns>False where there is nothing to repair, or nothing that can be read; nothing of use has been written then.</returns>
    bool Reply(ReadOnlySpan<byte> body, IBufferWriter<byte> repaired);

    /// <summary>A cheap look at one event of a stream. True: there is certainly nothing to repair. False: nobody knows yet.</summary>
    bool IsPlain(ReadOnlySpan<byte> data);

    /// <summary>What looks at the other events of one stream.</summary>
    /// <param name="includeUsage">The client asked for a chunk with the usage.</param>
    IEventRepair OpenStream(bool includeUsage);
}

/// <summary>Repairs events of one stream, in their order; not thread-safe.</summary>
public interface IEventRepair
{
    /// <summary>The event as OpenAI would have sent it; empty where there is nothing to repair. Valid until the next call.</summary>
    ReadOnlySpan<byte> Repair(ReadOnlySpan<byte> data);

    /// <summary>
    /// The chunk with the stream's usage, where an event brought it in a place that is not OpenAI's: for clients that asked for one, unless the provider sends one still.
    /// Its usage object ends just before its last brace. Empty: none.
    /// </summary>
    ReadOnlyMemory<byte> UsageChunk { get; }
}
