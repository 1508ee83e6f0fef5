using Gateway.Core.Money;
using Gateway.Metering.Pricing;

namespace Gateway.Routing;

/// <summary>Why a target is none of a request's candidates, in the order in which it is asked.</summary>
internal enum ExclusionKind
{
    /// <summary>It is a candidate.</summary>
    None,

    /// <summary>Its provider does not serve the endpoint.</summary>
    Endpoint,

    /// <summary>It is for other requests.</summary>
    Condition,

    /// <summary>It cannot do what the request needs.</summary>
    Capability,

    /// <summary>Prompt and answer are too long for it.</summary>
    Context,

    /// <summary>The operator does not rate it so high.</summary>
    Quality,

    /// <summary>The request can cost more there.</summary>
    Cost,

    /// <summary>It was slower of late.</summary>
    Latency,

    /// <summary>By the catalogue it cannot do it, and another candidate can.</summary>
    Unlikely,
}

/// <param name="Condition">The part of its condition that does not hold, by its path in the configuration.</param>
/// <param name="Lacks">What it cannot do.</param>
internal readonly record struct Exclusion(ExclusionKind Kind, string? Condition = null, CatalogCapabilities Lacks = CatalogCapabilities.None)
{
    /// <summary>The most that the request can cost there.</summary>
    public NanoUsd Cost { get; init; }

    /// <summary>How long its first byte takes.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>When that is forgotten.</summary>
    public TimeSpan Wait { get; init; }
}
