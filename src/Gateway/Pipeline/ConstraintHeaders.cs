using System.Globalization;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Routing;

namespace Gateway.Pipeline;

/// <summary>A request's own <see cref="RouteConstraints"/>.</summary>
internal static class ConstraintHeaders
{
    public const string MaxCost = "x-gateway-max-cost";
    public const string MaxLatency = "x-gateway-max-latency";
    public const string MinQuality = "x-gateway-min-quality";

    /// <summary>More dollars than any request costs.</summary>
    private const decimal MostDollars = 1_000_000;

    public static bool Any(IHeaderDictionary headers) => headers[MaxCost].Count + headers[MaxLatency].Count + headers[MinQuality].Count > 0;

    public static Outcome<RouteConstraints> Read(IHeaderDictionary headers)
    {
        NanoUsd? cost = null;
        double? quality = null;
        if (headers[MaxCost].ToString() is { Length: > 0 } dollars)
        {
            if (!decimal.TryParse(dollars, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount is <= 0 or > MostDollars || amount != decimal.Round(amount, 9))
                return CallOptions.Wrong(MaxCost, "is an amount in US dollars such as 0.05");
            cost = NanoUsd.FromDollars(amount);
        }

        if (!CallOptions.TryDuration(headers[MaxLatency].ToString(), out var latency)) return CallOptions.Wrong(MaxLatency, "is a duration such as 500ms or 2s");
        if (headers[MinQuality].ToString() is { Length: > 0 } share)
        {
            if (!double.TryParse(share, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var least) || least is not (>= 0 and <= 1)) return CallOptions.Wrong(MinQuality, "is a number from 0 to 1");
            quality = least;
        }

        return new RouteConstraints(cost, latency, quality);
    }
}
