using Gateway.Admission;
using Gateway.Cache;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Pipeline;
using Gateway.Routing;

namespace Gateway.Explaining;

/// <summary>What would happen to a request now. Nothing has.</summary>
internal sealed record Explanation(Call Call)
{
    /// <summary>Null where the request does not get as far as its targets.</summary>
    public RequestNeeds? Needs { get; init; }

    public RouteConstraints Constraints { get; init; }

    public CacheOutlook Cache { get; init; }

    /// <summary>Null: none is made of the request.</summary>
    public CacheKey? CacheKey { get; init; }

    /// <summary>The model, then the fallbacks that would be asked.</summary>
    public IReadOnlyList<ModelOutlook> Models { get; init; } = [];

    /// <summary>Targets in the order in which they would be asked, if each before were to fail.</summary>
    public IReadOnlyList<StepOutlook> Steps { get; init; } = [];

    /// <summary>The limits and budgets that are looked at first.</summary>
    public IReadOnlyList<ScopeStatus> Limits { get; init; } = [];

    /// <summary>What the client would be told; null: the first target that lets it in is asked.</summary>
    public GatewayError? Error { get; init; }
}

internal enum CacheOutlook
{
    /// <summary>The model has none.</summary>
    Off,

    /// <summary>It is not looked into.</summary>
    Bypass,

    /// <summary>It is looked into first.</summary>
    Lookup,
}

/// <param name="Why">Of each target, what keeps it out.</param>
internal sealed record ModelOutlook(ModelEntry Model, IReadOnlyList<Exclusion> Why);

/// <param name="Bound">The most the attempt can cost: what is reserved for it.</param>
/// <param name="About">What it is likely to cost, in nano-dollars; for comparing targets.</param>
/// <param name="Refused">Why it would not be let in; null: it would be.</param>
internal sealed record StepOutlook(ModelEntry Model, Target Target, NanoUsd Bound, double About, AdmissionRejection? Refused);
