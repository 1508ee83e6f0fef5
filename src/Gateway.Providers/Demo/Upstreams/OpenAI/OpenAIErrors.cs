using System.Globalization;

namespace Gateway.Providers.Demo.Upstreams.OpenAI;

/// <summary><c>{"error":{"message","type","param","code"}}</c>; when to try again stands in two headers.</summary>
internal static class OpenAIErrors
{
    public static DemoErrorReply Reply(DemoProblem problem, string id) => new(problem.Status, NativeJson.Bytes(Body(problem)))
    {
        Headers = [new("x-request-id", "req_" + id), .. RetryAfter(problem)],
    };

    public static IEnumerable<KeyValuePair<string, string>> RetryAfter(DemoProblem problem)
    {
        if (problem.RetryAfter is not { } seconds) yield break;
        yield return new("retry-after", seconds.ToString(CultureInfo.InvariantCulture));
        yield return new("retry-after-ms", (seconds * 1000).ToString(CultureInfo.InvariantCulture));
    }

    public static NativeObject Body(DemoProblem problem) => new()
    {
        ["error"] = new NativeObject
        {
            ["message"] = problem.Message,
            ["type"] = problem.Status switch { 429 => "requests", >= 500 => "server_error", _ => "invalid_request_error" },
            ["param"] = problem.Field,
            ["code"] = problem.Status switch { 401 => "invalid_api_key", 404 => "not_found", 429 => "rate_limit_exceeded", _ => null },
        },
    };
}
