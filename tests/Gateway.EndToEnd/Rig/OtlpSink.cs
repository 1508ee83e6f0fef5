using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.EndToEnd.Rig;

/// <summary>An OpenTelemetry collector that keeps the bytes it is sent and reads none of them.</summary>
public sealed class OtlpSink : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly MemoryStream _received = new();

    private OtlpSink(WebApplication app) => _app = app;

    /// <summary>With a path, so that protobuf comes over HTTP: gRPC would do the same with less to see.</summary>
    public string Address => _app.Urls.Single() + "/otlp";

    public byte[] Received
    {
        get
        {
            lock (_received)
                return _received.ToArray();
        }
    }

    public static async Task<OtlpSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static k => k.Listen(IPAddress.Loopback, 0));
        var sink = new OtlpSink(builder.Build());
        sink._app.MapPost("/{**path}", (RequestDelegate)sink.KeepAsync);
        await sink._app.StartAsync();
        return sink;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _received.DisposeAsync();
    }

    private async Task KeepAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        lock (_received)
            body.WriteTo(_received);
    }
}
