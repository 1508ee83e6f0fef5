using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Telemetry.Traces;

/// <summary>An OTLP collector: real Kestrel, gRPC over clear-text HTTP/2 or protobuf over HTTP/1.1, keeping what it is sent.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<(string Path, Protobuf Message)> Received { get; } = new();

    public Uri Address => new(_app.Urls.Single());

    public static async Task<OtlpReceiver> StartAsync(bool grpc)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/{**path}", (RequestDelegate)receiver.AcceptAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public IEnumerable<Protobuf> Spans() => Of("trace").SelectMany(static m => m.All(1)).SelectMany(static r => r.All(2)).SelectMany(static s => s.All(2));

    public IEnumerable<Protobuf> Metrics() => Of("metrics").SelectMany(static m => m.All(1)).SelectMany(static r => r.All(2)).SelectMany(static s => s.All(2));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<Protobuf> Of(string kind) => Received.Where(r => r.Path.Contains(kind, StringComparison.OrdinalIgnoreCase)).Select(static r => r.Message);

    private async Task AcceptAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var grpc = http.Request.ContentType == "application/grpc";
        // A gRPC message stands behind a flag (not compressed) and four bytes of length.
        Received.Enqueue((http.Request.Path, new Protobuf(body.ToArray().AsSpan(grpc ? 5 : 0))));
        http.Response.ContentType = http.Request.ContentType;
        if (!grpc)
            return;
        http.Response.DeclareTrailer("grpc-status");
        await http.Response.Body.WriteAsync(new byte[5]);
        http.Response.AppendTrailer("grpc-status", "0");
    }
}
