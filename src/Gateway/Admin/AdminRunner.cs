using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Auth;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Pipeline;
using Gateway.Reply;

namespace Gateway.Admin;

/// <summary>Runs one endpoint: names the actor, writes the answer or what is wrong, and turns a store that fails into a 503.</summary>
internal sealed class AdminRunner(RequestIdSource ids, ILogger<AdminRunner> logger)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For an endpoint that writes its answer itself, of whatever length.</summary>
    public RequestDelegate Write(RequestDelegate endpoint) => http =>
    {
        Open(http);
        return endpoint(http);
    };

    public RequestDelegate Run(Func<HttpContext, AuditActor, Task<Outcome<AdminAnswer>>> endpoint) => async http =>
    {
        var requestId = Open(http);
        Outcome<AdminAnswer> answer;
        try
        {
            var who = AdminPrincipal.Of(http);
            answer = await endpoint(http, new(who.Name, who.RoleName, http.Connection.RemoteIpAddress?.ToString(), requestId));
        }
        catch (StoreException error)
        {
            EntityLog.Failed(logger, error);
            answer = new GatewayError(ErrorKind.StoreUnavailable, "The store does not answer at the moment, and the gateway's log says why. If this was a change, read whether it was made.");
        }
        if (answer.IsOk)
            await WriteAsync(http, answer.Value);
        else
            await ErrorWriter.WriteAsync(http.Response, answer.Error, http.RequestAborted);
    };

    private string Open(HttpContext http)
    {
        var requestId = ids.Next(out _);
        ResponseHeaders.SetRequestId(http.Response, requestId);
        // Answers may hold what is shown once, and who asked what.
        http.Response.Headers.CacheControl = "no-store";
        return requestId;
    }

    private static async Task WriteAsync(HttpContext http, AdminAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        if (answer.ETag is { } tag)
            http.Response.Headers.ETag = tag;
        if (answer.Location is { } location)
            http.Response.Headers.Location = location;
        if (answer.Write is not { } write)
            return;
        http.Response.ContentType = "application/json";
        await using (var json = new Utf8JsonWriter(http.Response.BodyWriter, Options))
            write(json);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
