using Gateway.Core.Errors;
using Gateway.Pipeline;

namespace Gateway.Routing;

/// <summary>How long to wait before targets that have failed are asked again: twice as long each time, less a part by chance, and never less than the provider asked for.</summary>
internal static class RetryPause
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    /// <summary>A provider that wants more than this is not waited for: the client is told how long.</summary>
    private static readonly TimeSpan MostAsked = TimeSpan.FromSeconds(20);

    /// <param name="tries">How often the request has waited before.</param>
    /// <returns>Null: there is no time for it.</returns>
    public static TimeSpan? After(GatewayError failed, int tries, Call call)
    {
        var state = call.Chance + (ulong)tries;
        var pause = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << tries));
        pause -= pause / 2 * (SplitMix.Next(ref state) / (double)ulong.MaxValue);
        if (failed.RetryAfter > pause) pause = failed.RetryAfter.Value;
        if (pause > MostAsked || (call.Options.Timeout is { } limit && call.Elapsed + pause >= limit)) return null;
        return pause;
    }
}
