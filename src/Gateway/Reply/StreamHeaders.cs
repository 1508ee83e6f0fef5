using Gateway.Pipeline;

namespace Gateway.Reply;

/// <summary>Status and headers of a stream, set once, just before its first bytes.</summary>
internal static class StreamHeaders
{
    public const string ContentType = "text/event-stream";

    public static void Set(Call call)
    {
        var response = call.Http.Response;
        if (response.HasStarted) return;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        ResponseHeaders.Set(call);
        ResponseHeaders.TakePace(response);
        // nginx buffers an answer unless told not to.
        response.Headers["x-accel-buffering"] = "no";
    }
}
