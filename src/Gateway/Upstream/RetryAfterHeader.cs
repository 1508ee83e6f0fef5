using System.Globalization;

namespace Gateway.Upstream;

/// <summary>When a provider wants to be asked again: <c>retry-after-ms</c> (OpenAI's), or <c>retry-after</c> in seconds or as a date (RFC 9110, 10.2.3).</summary>
internal static class RetryAfterHeader
{
    /// <summary>Who names a longer time means "not today".</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>HTTP's own, and the two that it had before and that are still to be understood (RFC 9110, 5.6.7).</summary>
    private static readonly string[] Forms = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    /// <returns>At most a day; null: nothing was said, or nothing that can be understood.</returns>
    public static TimeSpan? Of(UpstreamReply reply) =>
        Wait(reply.Header("retry-after-ms"), TimeSpan.TicksPerMillisecond) ?? Wait(reply.Header("retry-after"), TimeSpan.TicksPerSecond) ?? Until(reply.Header("retry-after"), reply.Header("date"));

    private static TimeSpan? Wait(string? text, long unit) =>
        text is not null && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var count) && count >= 0
            ? TimeSpan.FromTicks((long)Math.Min(count * unit, Longest.Ticks))
            : null;

    /// <remarks>By the provider's own clock, which need not be ours.</remarks>
    private static TimeSpan? Until(string? text, string? now)
    {
        if (!TryDate(text, out var until) || !TryDate(now, out var since)) return null;
        var wait = until - since;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait;
    }

    private static bool TryDate(string? text, out DateTimeOffset date) => DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite | DateTimeStyles.AssumeUniversal, out date);
}
