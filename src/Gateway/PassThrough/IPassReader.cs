using Gateway.Core.Providers;

namespace Gateway.PassThrough;

/// <summary>Reads the usage of a stream as it passes. What it does not understand it reads over; it throws nothing. One per answer, not thread-safe.</summary>
internal interface IPassReader : IDisposable
{
    /// <param name="bytes">The next ones, cut anywhere.</param>
    void Read(ReadOnlySpan<byte> bytes);

    /// <summary>The body has ended in order.</summary>
    void Ended()
    {
    }

    /// <summary>The terminal marker was seen: these bytes go out when the ledger has the row.</summary>
    bool EndSeen { get; }

    StreamFacts Facts { get; }

    /// <summary>Events that carried words, and bytes in them: for estimates.</summary>
    long Events { get; }

    long ContentBytes { get; }
}
