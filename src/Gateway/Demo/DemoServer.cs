using System.Buffers;
using System.Globalization;
using System.Text;
using Gateway.Hosting;
using Gateway.Providers.Demo.Upstreams;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Demo;

/// <summary>
/// Serves the demo model behind the wire formats of all providers. It is an upstream, no gateway: no keys of its own, no limits, no ledger, and nothing it calls in turn.
/// </summary>
internal sealed class DemoServer(TimeProvider time, TimeSpan pace)
{
    /// <summary>A request of this size with images is far more than anybody rehearses with.</summary>
    private const long MaxBody = 64 * 1024 * 1024;

    public static WebApplication Build(string urls, DemoServer server)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls(urls.Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries)).ConfigureKestrel(static options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = MaxBody;
            options.Limits.MinResponseDataRate = null;   // who reads slowly is rehearsing that
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Error);   // a bug of ours is to be seen
        var app = builder.Build();
        app.Run(server.RunAsync);
        return app;
    }

    public async Task RunAsync(HttpContext http)
    {
        var body = await ReadAsync(http.Request);
        var request = new DemoHttpRequest(
            http.Request.Method, http.Request.Path.Value ?? "/", name => http.Request.Query[name], name => http.Request.Headers[name], body, time.GetUtcNow());
        try
        {
            await SendAsync(http, DemoUpstreams.Answer(request));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has what it wanted, or nobody waits any more.
        }
    }

    private async Task SendAsync(HttpContext http, DemoHttpReply reply)
    {
        var response = http.Response;
        response.StatusCode = reply.Status;
        if (reply.ContentType.Length > 0) response.ContentType = reply.ContentType;
        if (reply.IsCut) BreakOff(response);
        else response.ContentLength = reply.Length;
        foreach (var (name, value) in reply.Headers) response.Headers.Append(name, value);
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var pause = reply.Delay > TimeSpan.Zero ? reply.Delay : reply.IsStream ? reply.Pace ?? TimeSpan.Zero : TimeSpan.Zero;
        foreach (var part in reply.Parts)
        {
            if (pause > TimeSpan.Zero) await Task.Delay(pause, time, http.RequestAborted);
            await response.Body.WriteAsync(reply.IsCut ? Chunk(part) : part, http.RequestAborted);
            await response.Body.FlushAsync(http.RequestAborted);
            pause = reply.Pace ?? (reply.IsStream ? pace : TimeSpan.Zero);
        }

        if (reply.IsCut && !response.HasStarted) http.Abort();
    }

    /// <summary>
    /// A body in chunks without the last one, which the server would add: its reader has everything that was sent and knows that it is not all. An abort would be a reset, and take from the
    /// reader what it has not read yet.
    /// </summary>
    private static void BreakOff(HttpResponse response)
    {
        response.Headers.TransferEncoding = "chunked";
        response.Headers.Connection = "close";
    }

    private static ReadOnlyMemory<byte> Chunk(ReadOnlyMemory<byte> part) =>
        (byte[])[.. Encoding.ASCII.GetBytes(part.Length.ToString("x", CultureInfo.InvariantCulture)), .. "\r\n"u8, .. part.Span, .. "\r\n"u8];

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request)
    {
        var body = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 0, 1024, MaxBody));
        while (true)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(4096), request.HttpContext.RequestAborted);
            if (read == 0) return body.WrittenMemory;
            body.Advance(read);
        }
    }
}
