using Gateway.Config;

namespace Gateway.Admission;

internal enum RefusedBy { Requests, Tokens, Concurrency, Budget }

/// <summary>Why a scope does not let an attempt in: the facts, noted under its lock and put into words after it.</summary>
internal readonly record struct Refusal
{
    public required RefusedBy By { get; init; }

    public required ScopeState Scope { get; init; }

    /// <summary>Requests, tokens, or nano-dollars.</summary>
    public required long Limit { get; init; }

    /// <summary>Requests or tokens of the last minute, running requests, or nano-dollars spent.</summary>
    public required long Used { get; init; }

    /// <summary>What the attempt would add at most.</summary>
    public required long Asked { get; init; }

    /// <summary>Nano-dollars held by running attempts.</summary>
    public long Held { get; init; }

    /// <summary>Until it could fit; null where that is not known.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>It would fit, but other gateways may have what is missing: they have to be asked.</summary>
    public bool IsShortage { get; init; }

    public BudgetPeriod Period { get; init; }

    public bool IsRolling { get; init; }

    /// <summary>When so much is free at the latest.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>More than the whole limit: it fits at no time.</summary>
    public bool NeverFits => By is RefusedBy.Tokens or RefusedBy.Budget && Asked > Limit;
}
