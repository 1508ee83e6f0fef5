using System.Globalization;

namespace Gateway.Admission;

/// <summary>One of a request's limits after it was admitted or refused.</summary>
/// <param name="Limit">Requests or tokens a minute.</param>
/// <param name="Remaining">What is left of it now.</param>
/// <param name="Reset">Until all of it is there again, if nothing more is used.</param>
internal readonly record struct RateLimitStatus(long Limit, long Remaining, TimeSpan Reset)
{
    private static readonly TimeSpan AMinute = TimeSpan.FromMinutes(1);

    /// <summary><see cref="Reset"/> as OpenAI writes it: <c>6ms</c>, <c>1s</c>, <c>6m0s</c>; parts of a millisecond are rounded up.</summary>
    /// <remarks>After a request that was admitted it is a whole minute: that text need not be made each time.</remarks>
    public string ResetText => Reset == AMinute ? "1m0s" : Text(Reset);

    private static string Text(TimeSpan time)
    {
        var ms = (time.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        if (ms < 1000)
            return ms == 0 ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{ms}ms");
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{ms / 1000 % 60}.{ms % 1000:D3}").TrimEnd('0').TrimEnd('.');
        return ms < 60_000 ? seconds + "s" : string.Create(CultureInfo.InvariantCulture, $"{ms / 60_000}m{seconds}s");
    }
}

/// <summary>
/// The values of <c>x-ratelimit-{limit,remaining,reset}-{requests,tokens}</c>: of the key's and its team's limits the one with the least left. Null where there is no limit.
/// Targets' limits are the operator's own affair and are not told.
/// </summary>
internal readonly record struct RateLimitHeaders(RateLimitStatus? Requests, RateLimitStatus? Tokens)
{
    public RateLimitHeaders Tighter(RateLimitStatus? requests, RateLimitStatus? tokens) => new(Less(Requests, requests), Less(Tokens, tokens));

    private static RateLimitStatus? Less(RateLimitStatus? a, RateLimitStatus? b) =>
        a is not { } first ? b : b is not { } second ? a : second.Remaining < first.Remaining ? b : a;
}
