using Gateway.Config;
using Gateway.Core.Money;

namespace Gateway.Routing;

/// <summary>What a target must keep within to be asked; null: anything.</summary>
/// <param name="MaxCost">Of one attempt, at most.</param>
/// <param name="MaxLatency">To the first byte, as it was measured of late.</param>
/// <param name="MinQuality">From 0 to 1, as the operator rates the target.</param>
internal readonly record struct RouteConstraints(NanoUsd? MaxCost, TimeSpan? MaxLatency, double? MinQuality)
{
    public bool IsNone => MaxCost is null && MaxLatency is null && MinQuality is null;

    public static RouteConstraints Of(ModelConfig model) => new(model.MaxCost is { } dollars ? NanoUsd.FromDollars(dollars) : null, model.MaxLatency, model.MinQuality);

    /// <summary>Of each the stricter one: a request cannot loosen what its model says.</summary>
    public RouteConstraints And(in RouteConstraints other) => new(
        Least(MaxCost?.Value, other.MaxCost?.Value) is { } nano ? new NanoUsd(nano) : null,
        Least(MaxLatency, other.MaxLatency),
        MinQuality > other.MinQuality ? MinQuality : other.MinQuality ?? MinQuality);

    private static T? Least<T>(T? a, T? b)
        where T : struct, IComparable<T> => a is { } one && b is { } two ? (one.CompareTo(two) < 0 ? one : two) : a ?? b;
}
