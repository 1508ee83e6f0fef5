using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Microsoft.AspNetCore.Http;

namespace Gateway.EndToEnd.Streams;

/// <summary>Providers that send comment lines of their own while they think: these are no part of an answer.</summary>
public sealed class ProviderCommentTests : IAsyncLifetime, IDisposable
{
    private const string Price = "price: { input: 1, output: 2 }";
    private const string Comment = ": PROCESSING\n\n";
    private const string Ends = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

    private readonly TempFolder _folder = new();
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HandlerUpstream? _upstream;
    private GatewayProcess? _gateway;

    /// <summary>What a target does, by its name.</summary>
    private readonly Dictionary<string, Func<HttpContext, Task>> _answers = new(StringComparer.Ordinal);

    private GatewayProcess Gateway => _gateway!;

    private Caller App => Gateway.Caller(SharedRig.AppKey);

    public async Task InitializeAsync()
    {
        _upstream = await HandlerUpstream.StartAsync((http, body) =>
        {
            http.Response.ContentType = "text/event-stream";
            var model = JsonDocument.Parse(body).RootElement.GetProperty("model").GetString()!;
            return _answers.TryGetValue(model, out var answer) ? answer(http) : http.Response.WriteAsync(Word("whole") + Ends);
        });
        _gateway = await GatewayProcess.StartAsync(_folder, $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
            store: sqlite:gateway.db
            keepalive: 100ms
            breaker: { enabled: false }
            providers:
              - { name: up, kind: openai, base_url: "{{_upstream.Address}}/v1", api_key: sk-0123456789 }
              - { name: brisk, kind: openai, base_url: "{{_upstream.Address}}/v1", api_key: sk-0123456789, timeout: { first_byte: 2s } }
              - { name: brief, kind: openai, base_url: "{{_upstream.Address}}/v1", api_key: sk-0123456789, timeout: { idle: 300ms } }
            models:
              - { name: brisk, targets: [{ provider: brisk, model: first, {{Price}} }] }
              - { name: brief, targets: [{ provider: brief, model: first, {{Price}} }] }
              - { name: held, strategy: ordered, pre_commit: { bytes: 1MiB, time: 300ms }, targets: [{ provider: up, model: first, {{Price}} }, { provider: up, model: second, {{Price}} }] }
              - { name: pair, strategy: ordered, retries: 0, hedge: { min_delay: 100ms, budget: 0.5 }, targets: [{ provider: up, model: first, {{Price}} }, { provider: up, model: second, {{Price}} }] }
            keys: [{ name: app, key: {{SharedRig.AppKey}} }]
            """);
    }

    public async Task DisposeAsync()
    {
        _goOn.TrySetResult();
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_upstream is not null) await _upstream.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Comment_lines_of_ours_go_on_behind_one_of_the_providers()
    {
        _answers["first"] = http => SendAsync(http, Comment[..5], Comment[5..], Word("late") + Ends);

        var text = await ReadAsync("brisk", comments: 25);   // longer than its timeout.first_byte, for which a comment is a byte

        text.Should().Contain("late").And.EndWith("data: [DONE]\n\n").And.NotContain("PROCESSING");
    }

    [Fact]
    public async Task Behind_a_comment_of_the_providers_a_silence_is_idle()
    {
        _answers["first"] = http => SendAsync(http, Comment);

        var answer = await App.StreamAsync(Request("brief"));

        answer.Text.Should().Contain("timeout.idle");
    }

    [Fact]
    public async Task The_window_of_a_held_stream_begins_behind_the_comments()
    {
        _answers["first"] = http => SendAsync(http, Comment, Word("broken"));   // and no end

        var text = await ReadAsync("held", comments: 6);   // twice the window

        text.Should().Contain("whole").And.EndWith("data: [DONE]\n\n").And.NotContain("broken").And.NotContain("error");
    }

    [Fact]
    public async Task A_target_that_sends_a_comment_and_no_more_is_hedged()
    {
        await WarmUpAsync();
        _answers["first"] = http => SendAsync(http, Comment);

        var answer = await App.StreamAsync(Request("pair"));

        answer.Should().Match<StreamedAnswer>(static a => a.Content == "whole" && a.Done && a.Errors.Count == 0);
    }

    [Fact]
    public async Task A_hedge_does_not_win_by_a_comment()
    {
        await WarmUpAsync();
        var isHedged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers["first"] = http => SendAsync(http, "", Word("first") + Ends);
        _answers["second"] = async http =>
        {
            await http.Response.WriteAsync(Comment);
            await http.Response.Body.FlushAsync();
            isHedged.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        using var response = await App.OpenAsync(Request("pair"));
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync());
        await isHedged.Task.WaitAsync(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 3; i++) await LineAsync(body);   // a comment and an empty line: the provider's has been read by now

        _goOn.SetResult();

        (await body.ReadToEndAsync()).Should().Contain("\"first\"").And.Contain("data: [DONE]");
    }

    /// <summary>Sends one after the other, all at once but the last, which waits until the test goes on; then nothing, where nothing comes after a comment.</summary>
    private async Task SendAsync(HttpContext http, params string[] pieces)
    {
        foreach (var piece in pieces)
        {
            if (piece.Contains("data:", StringComparison.Ordinal)) await _goOn.Task.WaitAsync(http.RequestAborted);
            await http.Response.WriteAsync(piece, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }

        if (!pieces[^1].Contains("data:", StringComparison.Ordinal)) await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Lets the upstream go on when so many comments have come.</summary>
    private async Task<string> ReadAsync(string model, int comments)
    {
        using var response = await App.OpenAsync(Request(model));
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync());
        var text = new StringBuilder();
        while (comments > 0)
        {
            var line = await LineAsync(body);
            if (line.StartsWith(':')) comments--;
            text.Append(line).Append('\n');
        }

        _goOn.SetResult();
        return text.Append(await body.ReadToEndAsync()).ToString();
    }

    private static async Task<string> LineAsync(StreamReader body) =>
        await body.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(5)) ?? throw new EndOfStreamException("the stream ended");

    /// <summary>So that the usual time is known, and a hedge is paid for.</summary>
    private async Task WarmUpAsync()
    {
        for (var i = 0; i < 25; i++) (await App.StreamAsync(Request("pair"))).Done.Should().BeTrue();
    }

    private static string Request(string model) => Ask.Chat(model, "hi", stream: true);

    private static string Word(string word) => $$$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{{word}}}"},"finish_reason":null}]}""" + "\n\n";
}
