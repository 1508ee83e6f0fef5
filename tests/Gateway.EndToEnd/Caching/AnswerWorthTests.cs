using System.Net;
using System.Text.Json;
using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.Caching;

/// <summary>Answers that are not quite what they should be: which of them are whole, what they cost, and whether they are given again.</summary>
public sealed class AnswerWorthTests : IAsyncLifetime, IDisposable
{
    private const string Stream = "text/event-stream";
    private const string Json = "application/json";
    private const string FirstEnds = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private const string SecondEnds = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":1,"delta":{},"finish_reason":"stop"}]}""";
    private const string Running = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11}}""";
    private const string Done = "[DONE]";

    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();
    private HandlerUpstream? _upstream;
    private GatewayProcess? _gateway;
    private (string Type, string Body) _answer;

    private GatewayProcess Gateway => _gateway!;

    /// <summary>Without the check of what comes back: the answers are not quite OpenAI's, and pass as they come.</summary>
    private Caller App => new(_http, SharedRig.AppKey);

    public async Task InitializeAsync()
    {
        _upstream = await HandlerUpstream.StartAsync((http, _) => HandlerUpstream.WriteAsync(http, _answer.Type, _answer.Body));
        _gateway = await GatewayProcess.StartAsync(_folder, $$"""
            server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
            store: sqlite:gateway.db
            cache: { store: 16MiB }
            providers:
              - { name: plain, kind: openai, base_url: "{{_upstream.Address}}/v1", api_key: sk-0123456789 }
              - { name: like, kind: openai-compatible, base_url: "{{_upstream.Address}}/v1", api_key: sk-0123456789 }
              - { name: other, kind: anthropic, base_url: "{{_upstream.Address}}/v1", api_key: sk-0123456789 }
            models:
              - { name: plain, cache: { ttl: 10m }, targets: [{ provider: plain, model: m, price: { input: 0.30, output: 2.00 } }] }
              - { name: like, cache: { ttl: 10m }, targets: [{ provider: like, model: m, price: { input: 0.30, output: 2.00 } }] }
              - { name: counted, override: { n: 2 }, cache: { ttl: 10m }, targets: [{ provider: plain, model: m, price: { input: 0.30, output: 2.00 } }] }
              - { name: single, override: { n: 1 }, cache: { ttl: 10m }, targets: [{ provider: plain, model: m, price: { input: 0.30, output: 2.00 } }] }
              - { name: other, cache: { ttl: 10m }, targets: [{ provider: other, model: m, price: { input: 0.30, output: 2.00 } }] }
            keys: [{ name: app, key: {{SharedRig.AppKey}} }]
            """);
        _http.BaseAddress = _gateway.Http.BaseAddress;
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_upstream is not null) await _upstream.DisposeAsync();
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("like")]
    public async Task A_stream_that_ends_in_the_middle_of_one_of_its_choices_is_broken_and_not_kept(string model)
    {
        _answer = (Stream, Events(Word(0, "yes"), Word(1, "no, "), FirstEnds, Word(1, "because")));
        var (first, second, rows) = await TwiceAsync(model, ",\"n\":2");

        first.Done.Should().BeFalse(first.Text);
        first.Errors.Should().ContainSingle();
        second.Headers["x-gateway-cache"].Should().Be("miss");
        rows.Should().OnlyContain(static r => r.Status == 502);
    }

    [Theory]
    [InlineData("plain", Caller.Chat, ",\"n\":2")]
    [InlineData("like", Caller.Chat, ",\"n\":2")]
    [InlineData("counted", Caller.Chat, "")]
    [InlineData("plain", "/v1/completions", ",\"prompt\":[\"a\",\"b\"]")]
    public async Task A_stream_that_ends_before_one_of_its_choices_begins_is_broken_and_not_kept(string model, string path, string more)
    {
        _answer = (Stream, Events(Word(0, "yes"), FirstEnds));
        var (first, second, rows) = await TwiceAsync(model, more, path: path);

        first.Done.Should().BeFalse(first.Text);
        first.Errors.Should().ContainSingle();
        second.Headers["x-gateway-cache"].Should().Be("miss");
        rows.Should().OnlyContain(static r => r.Status == 502);
    }

    [Theory]
    [InlineData("plain", ",\"n\":2", "data: [DONE]\n\n")]   // some have no `n`, and leave it unread: their marker says that this is all
    [InlineData("like", ",\"n\":2", "data: [DONE]\n\n")]
    [InlineData("single", ",\"n\":2", "")]   // it was not asked for two
    [InlineData("plain", ",\"n\":null", "")]
    public async Task A_stream_with_fewer_choices_is_whole_where_it_says_so_or_was_asked_for_no_more(string model, string more, string end)
    {
        _answer = (Stream, Events(Word(0, "yes"), FirstEnds) + end);
        var (first, second, rows) = await TwiceAsync(model, more);

        first.Errors.Should().BeEmpty();
        second.Headers["x-gateway-cache"].Should().Be("hit");
        rows.Should().OnlyContain(static r => r.Status == 200);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("like")]
    public async Task An_empty_reason_to_finish_is_none(string model)
    {
        var open = Word(0, "yes").Replace("\"finish_reason\":null", "\"finish_reason\":\"\"", StringComparison.Ordinal);
        _answer = (Stream, Events(open, open));
        var (first, second, rows) = await TwiceAsync(model);

        first.Done.Should().BeFalse(first.Text);
        first.Errors.Should().ContainSingle();
        second.Headers["x-gateway-cache"].Should().Be("miss");
        rows.Should().OnlyContain(static r => r.Status == 502);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("like")]
    public async Task A_stream_whose_every_choice_has_ended_is_whole_without_its_marker(string model)
    {
        _answer = (Stream, Events(Word(0, "yes"), Word(1, "no, "), FirstEnds, Word(1, "because"), SecondEnds));
        var (first, second, rows) = await TwiceAsync(model, ",\"n\":2");

        first.Errors.Should().BeEmpty();
        second.Headers["x-gateway-cache"].Should().Be("hit");
        rows.Should().OnlyContain(static r => r.Status == 200);
    }

    [Fact]
    public async Task A_usage_that_words_follow_is_not_the_last_word()
    {
        _answer = (Stream, Events([Running, .. Enumerable.Repeat(Word(0, "four"), 120), FirstEnds, Done]));
        var (_, second, rows) = await TwiceAsync("plain");

        second.Headers["x-gateway-cache"].Should().Be("hit");
        rows.Should().OnlyContain(static r => r.UsageSource == "partial" && r.Status == 200 && r.Input == 10, "also that of the hit");
        rows.Should().OnlyContain(static r => r.Output >= 120 && r.Output <= 125);
    }

    [Fact]
    public async Task A_usage_that_no_words_follow_is_the_last_word()
    {
        _answer = (Stream, Events(Word(0, "four"), Running, FirstEnds, """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[]}""", Done));
        var (_, _, rows) = await TwiceAsync("plain");

        rows.Should().OnlyContain(static r => r.UsageSource == "exact" && r.Input == 10 && r.Output == 1);
    }

    [Fact]
    public async Task A_hit_says_how_the_usage_of_its_answer_is_known()
    {
        _answer = (Stream, Events(Word(0, "four"), FirstEnds, Done));
        var (_, second, rows) = await TwiceAsync("plain");

        second.Headers["x-gateway-cache"].Should().Be("hit");
        rows.Should().OnlyContain(static r => r.UsageSource == "estimated");
    }

    [Theory]
    [InlineData("plain", """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""")]
    [InlineData("like", """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"LONG"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""")]
    [InlineData("other", """{"id":"c","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":5}}""")]
    public async Task One_body_where_a_stream_was_asked_for_costs_what_it_says(string model, string body)
    {
        _answer = (Json, body.Replace("LONG", new string('x', 100_000), StringComparison.Ordinal));
        foreach (var path in (string[])[Caller.Chat, "/v1/messages"])
        {
            var user = Ask.NewCase("unstreamed");
            var answer = await App.PostAsync(path, Request(model, user, ",\"max_tokens\":9"), ("x-gateway-user", user));

            answer.Status.Should().Be(HttpStatusCode.BadGateway);
            answer.Text.Should().Contain("one JSON body");
            var row = (await Gateway.RowsOfAsync(user, 1)).Single();
            (row.Status, row.Input, row.Output, row.UsageSource).Should().Be((502, 10, 5, "exact"), path);
        }
    }

    [Theory]
    [InlineData(Stream, "data: [DONE]\n\n")]
    [InlineData(Stream, "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}]}\n\ndata: [DONE]\n\n")]
    [InlineData(Json, """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[]}""")]
    [InlineData(Json, """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi","refusal":null},"logprobs":null,"finish_reason":null}]}""")]
    [InlineData(Json, """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi","refusal":null},"logprobs":null,"finish_reason":""}]}""")]
    public async Task An_answer_without_a_choice_or_its_reason_to_finish_is_not_kept(string type, string body)
    {
        _answer = (type, body);
        foreach (var path in (string[])[Caller.Chat, "/v1/messages"])
        {
            var (_, second, rows) = await TwiceAsync("plain", ",\"max_tokens\":9", type == Stream, path);

            second.Headers["x-gateway-cache"].Should().Be("miss", path);
            if (path == Caller.Chat) rows.Should().OnlyContain(static r => r.Status == 200);
        }
    }

    private async Task<(StreamedAnswer First, StreamedAnswer Second, IReadOnlyList<LedgerEntry> Rows)> TwiceAsync(string model, string more = "", bool stream = true, string path = Caller.Chat)
    {
        var user = Ask.NewCase("worth");
        var body = Request(model, user, more, stream);
        var first = await App.StreamAsync(body, path, ("x-gateway-user", user));
        var second = await App.StreamAsync(body, path, ("x-gateway-user", user));
        return (first, second, await Gateway.RowsOfAsync(user, 2));
    }

    private static string Request(string model, string words, string more, bool stream = true) =>
        $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":{{JsonSerializer.Serialize(words)}}}]{{more}}}""";

    private static string Events(params string[] events) => string.Concat(events.Select(static e => $"data: {e}\n\n"));

    private static string Word(int choice, string words) => $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":{{choice}},"delta":{"content":"{{words}}"},"finish_reason":null}]}""";
}
