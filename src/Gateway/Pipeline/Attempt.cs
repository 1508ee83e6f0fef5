using System.Diagnostics;
using Gateway.Admission;
using Gateway.Core.Providers;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Reply;
using Gateway.Routing;
using Gateway.Upstream;

namespace Gateway.Pipeline;

/// <summary>One try at one target.</summary>
internal sealed class Attempt(Reservation reservation, Deadline deadline, long started)
{
    public Reservation Reservation { get; } = reservation;

    public Target Target => Reservation.Target;

    public Deadline Deadline { get; } = deadline;

    /// <summary>Its ledger row if nothing more is heard of it, which the journal has; what it settles to is made from it.</summary>
    public required LedgerRow InDoubt { get; init; }

    /// <summary>What is sent for the client's request in a dialect; null where that goes as it came.</summary>
    public DialectRequest? Said { get; init; }

    /// <summary>What the target is sent; nothing any more once it is sent.</summary>
    public UpstreamRequest Request { get; set; }

    /// <summary>How its answer reaches the client.</summary>
    public Lane Lane { get; set; }

    /// <summary>The array that <see cref="Request"/> lies in, where it is not the client's own.</summary>
    public RequestBody Rewritten;

    /// <summary>It was begun beside another one that kept the client waiting.</summary>
    public bool IsHedge { get; init; }

    /// <summary>Clock ticks at which it began.</summary>
    public long Started { get; } = started;

    /// <summary>Its span; null where nobody listens.</summary>
    public Activity? Span { get; init; }

    /// <summary>Bytes of the request as it was sent: what an estimate of its tokens is made from.</summary>
    public int SentBytes { get; set; }

    /// <summary>Null where the answer is no stream, or no comments are wanted.</summary>
    public KeepAlive? KeepAlive { get; set; }

    /// <summary>The request reached the upstream, as far as anybody can know: from here on it may be billed.</summary>
    public bool Dispatched { get; set; }

    /// <summary>Its row is in the ledger, its hold is given back.</summary>
    public bool IsSettled { get; set; }

    public int? UpstreamStatus { get; set; }

    /// <summary>Fields of the request that this provider was not sent.</summary>
    public IReadOnlyList<string> DroppedParams { get; set; } = [];

    public TimeSpan? FirstByte { get; set; }

    /// <summary>Which of the provider's keys it showed; null: none.</summary>
    public ProviderKey? ProviderKey { get; set; }

    /// <summary>The provider refused the key it showed, and has another one.</summary>
    public bool MayShowOtherKey { get; set; }

    /// <summary>Whether the target's breaker closes depends on it. Once that is decided it is like all others.</summary>
    public bool IsProbe { get; set; }

    public TokenUsage? Usage { get; set; }

    /// <summary>The usage is the provider's final word, not one seen on the way.</summary>
    public bool UsageIsFinal { get; set; }

    public string? RawUsage { get; set; }

    /// <summary>It answered with one JSON body where a stream was asked for.</summary>
    public bool IsUnstreamed { get; set; }

    /// <summary>Tokens of the request by our own count; null where they were not counted.</summary>
    public long? CountedInput { get; set; }

    /// <summary>Tokens of the answer by our own count; null where they were not counted.</summary>
    public long? CountedOutput { get; set; }

    /// <summary>Bytes of the model's own words that were received; with <see cref="RelayedEvents"/> what an estimate of its output is made from.</summary>
    public long RelayedBytes { get; set; }

    /// <summary>Stream events that carried them.</summary>
    public long RelayedEvents { get; set; }

    /// <summary>Its request is not needed any more.</summary>
    public void Sent()
    {
        Request = default;
        Rewritten.Return();
    }

    /// <summary>The first byte of its stream is there, or the head of its answer.</summary>
    public void Answers(bool isStream, TimeSpan after)
    {
        Target.Health.Answered(IsProbe, isStream, after);
        IsProbe = false;
    }
}
