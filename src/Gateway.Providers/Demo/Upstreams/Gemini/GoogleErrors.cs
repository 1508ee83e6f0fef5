using System.Globalization;
using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.Gemini;

/// <summary>Errors of Google's (https://google.aip.dev/193): when to try again is a detail, no header; the Gemini API calls a bad key a bad argument.</summary>
internal static class GoogleErrors
{
    /// <param name="badKey">The status for one.</param>
    public static DemoErrorReply Reply(DemoProblem problem, DemoExchange exchange, int badKey)
    {
        var isKey = problem == DemoProblem.WrongCredential || problem == DemoProblem.NoCredential;
        var status = problem == DemoProblem.NoCredential && badKey == 400 ? 403 : isKey ? badKey : problem.Status;
        var body = Body(problem with { Status = status }, problem == DemoProblem.WrongCredential);
        // Who asked for a stream that is a list gets a list.
        var isList = exchange.Path.EndsWith(":streamGenerateContent", StringComparison.Ordinal) && exchange.Http.Query("alt") != "sse";
        return new DemoErrorReply(status, NativeJson.Bytes(isList ? new NativeArray(body) : body)) { ContentType = "application/json; charset=UTF-8" };
    }

    public static NativeObject Body(DemoProblem problem, bool isWrongKey = false)
    {
        var error = new NativeObject { ["code"] = problem.Status, ["message"] = problem.Message, ["status"] = Status(problem.Status) };
        var details = new List<NativeNode>();
        if (isWrongKey) details.Add(new NativeObject { ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", ["reason"] = "API_KEY_INVALID", ["domain"] = "googleapis.com" });
        if (problem.Field is { } field)
        {
            var violation = new NativeObject { ["field"] = field, ["description"] = problem.Message };
            details.Add(new NativeObject { ["@type"] = "type.googleapis.com/google.rpc.BadRequest", ["fieldViolations"] = new NativeArray(violation) });
        }

        if (problem.RetryAfter is { } seconds)
            details.Add(new NativeObject { ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", ["retryDelay"] = seconds.ToString(CultureInfo.InvariantCulture) + "s" });
        if (details.Count > 0) error["details"] = new NativeArray(details);
        return new() { ["error"] = error };
    }

    public static NativeObject InStream() => Body(new DemoProblem(500, DemoModel.Rehearsed(500)));

    private static string Status(int status) => status switch
    {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        499 => "CANCELLED",
        501 => "UNIMPLEMENTED",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        >= 500 => "INTERNAL",
        _ => "FAILED_PRECONDITION",
    };
}
