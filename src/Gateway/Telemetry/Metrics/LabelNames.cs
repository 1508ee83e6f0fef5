using System.Globalization;
using Gateway.Config;

namespace Gateway.Telemetry.Metrics;

/// <summary>
/// Turns what a request carries into label values of closed sets: names that some configuration mentioned, and <see cref="SeriesCap.Other"/>.
/// What came back once comes back as the same instance for ever, so that it can be compared by reference.
/// </summary>
/// <param name="names">Every name configurations mentioned.</param>
internal sealed class LabelNames(NamePool names)
{
    /// <summary>Routes are constants of the program; should a caller ever pass a path instead, it ends here.</summary>
    private const int MaxEndpoints = 64;

    private const string GatewayOwner = "gateway";

    private readonly Lock _adding = new();
    private string[] _endpoints = [];

    /// <summary>Null stays null: it becomes the empty label, which Prometheus treats as absent.</summary>
    public string? Name(string? name) =>
        name is null ? null : names.TryGet(name, out var known) ? known : SeriesCap.Other;

    /// <summary>Who a limit belongs to: a name, <c>provider/model</c> of a target (known if both halves are), or the gateway.</summary>
    public string Owner(string kind, string owner)
    {
        if (names.TryGet(owner, out var known))
            return known;
        if (kind == GatewayOwner)
            return GatewayOwner;
        var slash = owner.IndexOf('/', StringComparison.Ordinal);
        var isTarget = slash > 0 && names.TryGet(owner[..slash], out _) && names.TryGet(owner[(slash + 1)..], out _);
        return isTarget ? names.Intern(owner) : SeriesCap.Other;
    }

    /// <summary>The route's one instance, or <c>other</c> after the first 64 routes.</summary>
    public string Endpoint(string route)
    {
        var endpoints = Volatile.Read(ref _endpoints);
        foreach (var known in endpoints)
        {
            if (ReferenceEquals(known, route))
                return known;
        }
        return Known(endpoints, route) ?? AddEndpoint(route);
    }

    /// <summary>One of the five kinds of owner, as one instance.</summary>
    public static string OwnerKind(string kind) => kind switch
    {
        "key" => "key",
        "team" => "team",
        "function" => "function",
        "target" => "target",
        GatewayOwner => GatewayOwner,
        _ => SeriesCap.Other,
    };

    /// <summary>The status as text; what no HTTP status can be is <c>other</c>.</summary>
    public static string Status(int status) => status is >= 100 and <= 599 ? status.ToString(CultureInfo.InvariantCulture) : SeriesCap.Other;

    private string AddEndpoint(string route)
    {
        lock (_adding)
        {
            if (Known(_endpoints, route) is { } known)
                return known;
            if (_endpoints.Length >= MaxEndpoints)
                return SeriesCap.Other;
            Volatile.Write(ref _endpoints, [.. _endpoints, route]);
            return route;
        }
    }
    private static string? Known(string[] endpoints, string route)
    {
        var index = Array.IndexOf(endpoints, route);
        return index < 0 ? null : endpoints[index];
    }
}
