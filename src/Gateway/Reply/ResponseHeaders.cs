using System.Globalization;
using Gateway.Admission;
using Gateway.Pipeline;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Gateway.Reply;

/// <summary>The headers every answer carries (contract §3).</summary>
internal static class ResponseHeaders
{
    /// <summary>What a client takes at least of an answer that is no model's stream; slower ones are cut.</summary>
    public static readonly MinDataRate Pace = new(bytesPerSecond: 8192, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>Set before anything can fail.</summary>
    public static void SetRequestId(HttpResponse response, string requestId) => response.Headers["x-request-id"] = requestId;

    /// <summary>Set when the answer is about to begin; of a request that failed early, only what is known by then.</summary>
    public static void Set(Call call)
    {
        var headers = call.Http.Response.Headers;
        if (call.Fields.Model is { Length: > 0 } asked) headers["x-gateway-model"] = HeaderSafe(asked);
        if (call.Attempt is { } attempt)
        {
            headers["x-gateway-target"] = attempt.Target.Name;
            if (attempt.DroppedParams.Count > 0) headers["x-gateway-dropped-params"] = DroppedHeader.Of(attempt.DroppedParams);
        }
        headers["x-gateway-attempts"] = SmallNumber(call.Attempts);
        headers["x-gateway-cache"] = call.CacheState;
        headers["x-gateway-overhead-ms"] = Milliseconds(call.Overhead);
        headers.CacheControl = "no-store";
        SetRateLimit(headers, call.RateLimits.Requests, "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests");
        SetRateLimit(headers, call.RateLimits.Tokens, "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens");
    }

    private static void SetRateLimit(IHeaderDictionary headers, RateLimitStatus? status, string limit, string remaining, string reset)
    {
        if (status is not { } known) return;
        headers[limit] = known.Limit.ToString(CultureInfo.InvariantCulture);
        headers[remaining] = known.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[reset] = known.ResetText;
    }

    /// <summary>From here on the flush timeout decides when a client that does not read is cut, and not the server's rate, which would cut a pause between two tokens.</summary>
    public static void TakePace(HttpResponse response)
    {
        if (response.HttpContext.Features.Get<IHttpMinResponseDataRateFeature>() is { } pace) pace.MinDataRate = null;
    }

    /// <summary>The other way about: what is left to be sent is all there, and the server's rate holds as for anything that is no model's stream.</summary>
    public static void GiveBackPace(HttpResponse response)
    {
        if (response.HttpContext.Features.Get<IHttpMinResponseDataRateFeature>() is { } pace) pace.MinDataRate = Pace;
    }

    public static void SetCost(Call call) => call.Http.Response.Headers["x-gateway-cost-usd"] = call.Cost.ToString();

    /// <summary>With three decimals. Digit by digit: a format string costs three times as much, a custom one thirty times.</summary>
    internal static string Milliseconds(TimeSpan time)
    {
        var microseconds = Math.Max(0, time.Ticks / TimeSpan.TicksPerMicrosecond);
        var length = "0.000".Length;
        for (var more = microseconds / 10_000; more > 0; more /= 10) length++;
        return string.Create(length, microseconds, static (text, left) =>
        {
            for (var i = text.Length - 1; i >= 0; i--)
            {
                if (i == text.Length - 4)
                {
                    text[i] = '.';
                    continue;
                }

                text[i] = (char)('0' + (left % 10));
                left /= 10;
            }
        });
    }

    /// <summary>Header values are ASCII; what is not is percent-encoded. Control characters were refused with the field.</summary>
    internal static string HeaderSafe(string text) => System.Text.Ascii.IsValid(text) ? text : Uri.EscapeDataString(text);

    private static string SmallNumber(int number) => number switch { 0 => "0", 1 => "1", _ => number.ToString(CultureInfo.InvariantCulture) };
}
