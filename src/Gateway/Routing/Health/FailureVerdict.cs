using Gateway.Core.Errors;

namespace Gateway.Routing.Health;

internal enum Verdict
{
    /// <summary>Says nothing of the target.</summary>
    None,

    /// <summary>It answers.</summary>
    Good,

    /// <summary>It fails.</summary>
    Bad,
}

/// <summary>What a failed attempt says of its target: clients can provoke a 400, a 403 or a 404, and may not take a target from all others by it.</summary>
internal static class FailureVerdict
{
    public static Verdict Of(GatewayError error) => error switch
    {
        { IsClientLimit: true } => Verdict.None,
        { Kind: ErrorKind.UpstreamTimeout } => Verdict.Bad,
        { Kind: ErrorKind.BadUpstream, UpstreamStatus: 403 } => Verdict.Good,   // a provider's filter answers so
        { Kind: ErrorKind.BadUpstream } => Verdict.Bad,
        { Kind: ErrorKind.UpstreamRejected } => Verdict.Good,
        { Kind: ErrorKind.RateLimited, UpstreamStatus: not null } => Verdict.Good,
        _ => Verdict.None,
    };

    /// <summary>Whether a further attempt that ends so uses the target's retry budget: it has failed, or wants no more load (429). What a client can bring about by itself does not.</summary>
    public static bool UsesRetryBudget(GatewayError error) => Of(error) == Verdict.Bad || error is { Kind: ErrorKind.RateLimited, UpstreamStatus: not null };
}
