using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Gateway.EndToEnd.Rig;

/// <summary>A provider whose API is one function of the test's, over real sockets; it keeps what it was sent.</summary>
public sealed class HandlerUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<HandledRequest> _requests = new();

    private HandlerUpstream(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public IReadOnlyList<HandledRequest> Requests => [.. _requests];

    /// <param name="handler">Gets the request and its body.</param>
    public static Task<HandlerUpstream> StartAsync(Func<HttpContext, byte[], Task> handler) => StartRawAsync(async (http, upstream) =>
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        upstream.Keep(http, body.ToArray());
        await handler(http, body.ToArray());
    });

    /// <param name="handler">Reads the body itself.</param>
    public static async Task<HandlerUpstream> StartRawAsync(Func<HttpContext, HandlerUpstream, Task> handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        app.UseWebSockets();
        var upstream = new HandlerUpstream(app);
        app.Run(http => handler(http, upstream));
        await app.StartAsync();
        return upstream;
    }

    public static async Task WriteAsync(HttpContext http, string type, string text)
    {
        http.Response.ContentType = type;
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    public void Keep(HttpContext http, byte[] body) => _requests.Enqueue(new(
        http.Request.Method, http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
        http.Request.Headers.ToDictionary(static h => h.Key, static h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <param name="Target">As it stood in the request line.</param>
public sealed record HandledRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
