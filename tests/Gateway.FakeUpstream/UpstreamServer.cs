using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.FakeUpstream;

/// <summary>An OpenAI-compatible upstream that does what each request's script says. Real sockets; its own process or a test's.</summary>
public sealed class UpstreamServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Invoice _invoice;
    private readonly Watch _watch = new(TimeProvider.System);
    private long _answers;

    private UpstreamServer(string invoicePath, int port)
    {
        _invoice = new Invoice(invoicePath);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Gateway.FakeUpstream" });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Use(next => connection => CountAsync(connection, next)));
        });
        builder.WebHost.UseSockets(static sockets => sockets.CreateBoundListenSocket = Listen);
        _app = builder.Build();
        _app.MapPost("/v1/chat/completions", http => AnswerAsync(http, Family.Chat));
        _app.MapPost("/v1/completions", http => AnswerAsync(http, Family.Completions));
        _app.MapPost("/v1/embeddings", http => AnswerAsync(http, Family.Embeddings));
        _app.MapPost("/v1/rerank", http => AnswerAsync(http, Family.Rerank));
        _app.MapPost("/v1/moderations", http => AnswerAsync(http, Family.Moderations));
        _app.MapPost("/v1/messages", http => AnswerAsync(http, Family.Messages));
        _app.MapPost("/v1/messages/count_tokens", http => AnswerAsync(http, Family.CountTokens));
        _app.MapPost("/v1/responses", http => AnswerAsync(http, Family.Responses));
        _app.MapGet("/v1/models", static http => WriteJsonAsync(http, Answers.Models()));
        _app.MapGet("/__stats", http => WriteJsonAsync(http, _watch.Statistics()));
        _app.MapPost("/__release", http =>
        {
            _watch.Release(http.Request.Query["case"].ToString());
            return Task.CompletedTask;
        });
        _app.MapGet("/__requests", http => WriteJsonAsync(http, _watch.Requests(http.Request.Query["case"].FirstOrDefault())));
    }

    /// <summary>Where it listens: <c>http://127.0.0.1:PORT</c>.</summary>
    public string Address => _app.Urls.First();

    /// <param name="invoicePath">The append-only file of what the upstream charges.</param>
    /// <param name="port">0: any free one.</param>
    public static async Task<UpstreamServer> StartAsync(string invoicePath, int port = 0)
    {
        var server = new UpstreamServer(invoicePath, port);
        await server._app.StartAsync();
        return server;
    }

    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _invoice.Dispose();
    }

    private async Task CountAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        _watch.ConnectionOpened();
        try
        {
            await next(connection);
        }
        finally
        {
            _watch.ConnectionClosed();
        }
    }

    private async Task AnswerAsync(HttpContext http, Family family)
    {
        _watch.RequestStarted();
        try
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            IncomingRequest request;
            try
            {
                request = IncomingRequest.Read(body.ToArray());
            }
            catch (JsonException e)
            {
                http.Response.StatusCode = 400;
                await WriteJsonAsync(http, Answers.Error(400, $"the fake upstream cannot read this body: {e.Message}"));
                return;
            }

            var turn = Record(http, request, body.ToArray());
            if (request.Script.FailFirst > 0 && turn > request.Script.FailFirst)
                request = request with { Script = request.Script with { Status = 0, Headers = null, Body = null } };
            if (request.Script.SlowFirst > 0 && turn > request.Script.SlowFirst)
                request = request with { Script = request.Script with { HeadersMs = 0, FirstMs = 0 } };
            await AnswerAsync(new Exchange(http, request, _invoice, _watch, Interlocked.Increment(ref _answers)), family);
        }
        finally
        {
            _watch.RequestEnded();
        }
    }

    /// <summary>A small send buffer: a reader that stalls is felt here soon, and not after megabytes that the kernel took.</summary>
    private static Socket Listen(EndPoint endPoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        socket.SendBufferSize = 64 * 1024;
        return socket;
    }

    private static async Task AnswerAsync(Exchange exchange, Family family)
    {
        StreamAnswer? stream = null;
        try
        {
            if (exchange.Script.BillAtOnce)
                Bill(exchange, family);
            await exchange.StandStillAsync(Stall.Headers);
            await exchange.PauseAsync(exchange.Script.HeadersMs);
            foreach (var (name, value) in exchange.Script.Headers ?? [])
                exchange.Response.Headers[name] = value;
            if (exchange.Script.Body is not null || exchange.Script.Status is not (0 or 200))
                await CannedAsync(exchange);
            else if (exchange.Request.Stream && Talks(family))
                await (stream = new StreamAnswer(exchange, family)).RunAsync();
            else
                await WholeAsync(exchange, family);
        }
        catch (OperationCanceledException) when (exchange.ClientGone)
        {
            exchange.ClientLeft();
            exchange.BillPieces(InvoiceKind.Aborted, stream?.Sent ?? 0);
        }
    }

    /// <summary>An error, a redirect, or whatever the script wrote out.</summary>
    private static async Task CannedAsync(Exchange exchange)
    {
        var status = exchange.Script.Status == 0 ? 200 : exchange.Script.Status;
        exchange.Bill(InvoiceKind.Failed, 0, 0);
        exchange.Response.StatusCode = status;
        exchange.Response.ContentType = exchange.Script.ContentType ?? "application/json";
        var body = exchange.Script.Body is { } text ? System.Text.Encoding.UTF8.GetBytes(text) : Answers.Error(status, "scripted failure");
        exchange.Response.ContentLength = body.Length;
        await exchange.WriteAsync(body);
    }

    private static async Task WholeAsync(Exchange exchange, Family family)
    {
        var body = Answers.Json(exchange, family);
        exchange.Response.ContentType = exchange.Script.ContentType ?? "application/json";
        exchange.Response.ContentLength = body.Length;
        if (exchange.Script.Cut is Cut.Fin or Cut.Rst)
        {
            exchange.Bill(InvoiceKind.Failed, 0, 0);
            await exchange.WriteAsync(body.AsMemory(0, body.Length / 2));
            await exchange.CutAsync(exchange.Script.Cut);
            return;
        }

        if (exchange.IsToStandStill(Stall.First))
        {
            await exchange.Response.StartAsync();
            await exchange.Response.Body.FlushAsync();
            await exchange.StandStillAsync(Stall.First);
        }

        var sent = 0;
        if (exchange.IsToStandStill(Stall.Middle))
        {
            await exchange.WriteAsync(body.AsMemory(0, sent = body.Length / 2));
            await exchange.StandStillAsync(Stall.Middle);
        }

        // The last byte goes out after the line is in the file, as it does in the gateway under test.
        await exchange.WriteAsync(body.AsMemory(sent, body.Length - 1 - sent));
        Bill(exchange, family);
        await exchange.StandStillAsync(Stall.End);
        await exchange.WriteAsync(body.AsMemory(body.Length - 1));
    }

    private static void Bill(Exchange exchange, Family family) => exchange.Bill(
        exchange.Request.Stream ? InvoiceKind.Stream : InvoiceKind.Json, exchange.PromptTokens, Talks(family) ? exchange.CompletionTokens : 0);

    private static bool Talks(Family family) => family is Family.Chat or Family.Completions or Family.Messages or Family.Responses;

    private int Record(HttpContext http, IncomingRequest request, byte[] body) => _watch.Record(
        new RecordedRequest(
            request.Case,
            http.Request.Method,
            http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            [.. http.Request.Headers.SelectMany(static h => h.Value.Select(v => KeyValuePair.Create(h.Key, v ?? "")))],
            body),
        request.Model);

    private static Task WriteJsonAsync(HttpContext http, byte[] json)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        return http.Response.Body.WriteAsync(json).AsTask();
    }
}
