using System.Net;
using System.Net.Sockets;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Reply;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Hosting;

/// <summary>The listener: limits that hold at the edge of a network, not the framework's defaults.</summary>
internal static class KestrelSetup
{
    /// <summary>Bytes of an unread answer the kernel may keep for a client; it doubles the figure. See <see cref="Upstream.UpstreamConnection"/> for the other half.</summary>
    private const int SendBuffer = 128 * 1024;

    private const int MaxHeaders = 64;
    private const int MaxHeaderBytes = 16 * 1024;

    public static void Configure(WebApplicationBuilder builder, ServerConfig server)
    {
        // A bare line feed ends no header line: front proxies disagree about it, which is how requests are smuggled.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        builder.WebHost.UseKestrelCore().UseUrls(server.Urls.Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries)).ConfigureKestrel(Limit);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, SocketBlocks>();
        builder.Services.Configure<SocketTransportOptions>(static o => o.CreateBoundListenSocket = Listen);
    }

    private static void Limit(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.AllowSynchronousIO = false;
        options.ConfigureEndpointDefaults(static endpoint => endpoint.Use(ShownKey.Attach));
        var limits = options.Limits;
        limits.MaxRequestBodySize = null;   // BodyReader bounds it by server.max_body, which a reload can change
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxConcurrentConnections = ConnectionLimit.OfProcess();
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        // For what is no answer of a model: metrics, errors, admin. Those have the flush timeout, since this rate gives credit for every byte taken before (Reply).
        limits.MinResponseDataRate = ResponseHeaders.Pace;
    }

    private static Socket Listen(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SendBufferSize = SendBuffer;   // inherited by every accepted connection
        return socket;
    }
}
