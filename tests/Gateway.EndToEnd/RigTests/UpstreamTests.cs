using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.RigTests;

/// <summary>The scripted upstream does what scripts say, seen without a gateway between.</summary>
public sealed class UpstreamTests(UpstreamTests.Fixture fixture) : IClassFixture<UpstreamTests.Fixture>
{
    private ScriptedUpstream Upstream => fixture.Upstream;

    private Caller Direct => new(fixture.Http, "any");

    [Fact]
    public async Task A_reply_and_its_line_of_the_invoice_agree()
    {
        var answer = await Direct.ChatAsync(Ask.Chat("m", new Script { Case = "json", Text = "hello", PromptTokens = 1000, CachedTokens = 400, CompletionTokens = 7 }));

        answer.Content.Should().Be("hello");
        // 600 × 37.5 + 400 × 18.75 + 7 × 150 nano-dollars.
        Upstream.InvoiceOf("json").Should().ContainSingle().Which.Should().BeEquivalentTo(
            new { Model = "m", PromptTokens = 1000L, CachedTokens = 400L, CompletionTokens = 7L, NanoUsd = 31_050L, Kind = InvoiceKind.Json });
    }

    [Fact]
    public async Task A_fraction_of_a_nano_dollar_is_charged_as_a_whole_one()
    {
        await Direct.ChatAsync(Ask.Chat("m", new Script { Case = "fraction", PromptTokens = 1, CompletionTokens = 0 }));

        Upstream.InvoiceOf("fraction").Single().NanoUsd.Should().Be(38);
    }

    [Theory]
    [InlineData(SseStyle.Plain)]
    [InlineData(SseStyle.Crlf)]
    [InlineData(SseStyle.Comments)]
    [InlineData(SseStyle.Fields)]
    [InlineData(SseStyle.Multiline)]
    [InlineData(SseStyle.Tight)]
    public async Task Every_style_of_stream_carries_the_same_events(SseStyle style)
    {
        var name = $"style-{style}";
        var stream = await Direct.StreamAsync(Ask.Chat("m", new Script { Case = name, Sse = style, Chunks = 4, Text = "a\n\ndata: b\u2028[DONE]" }, stream: true, Ask.WithUsage));

        stream.Content.Should().Be("a\n\ndata: b\u2028[DONE]");
        stream.Done.Should().BeTrue();
        stream.FinishReasons.Should().Equal("stop");
        stream.Usages.Should().ContainSingle();
        Upstream.InvoiceOf(name).Should().ContainSingle().Which.Kind.Should().Be(InvoiceKind.Stream);
    }

    [Theory]
    [InlineData(Cut.Fin, true)]
    [InlineData(Cut.Rst, true)]
    [InlineData(Cut.Clean, false)]
    [InlineData(Cut.Undone, false)]
    public async Task A_cut_stream_ends_as_scripted_and_is_charged_for_what_was_sent(Cut cut, bool broken)
    {
        var name = $"cut-{cut}";
        var stream = await Direct.StreamAsync(Ask.Chat("m", new Script { Case = name, Cut = cut, Chunks = 5, After = 2 }, stream: true));

        (stream.Broken is not null).Should().Be(broken);
        stream.Done.Should().BeFalse();
        stream.Chunks.Should().HaveCount(cut == Cut.Undone ? 6 : 2);
        Upstream.InvoiceOf(name).Should().ContainSingle().Which.Kind.Should().Be(InvoiceKind.Failed);
    }

    [Fact]
    public async Task A_client_that_leaves_is_seen_and_charged_for_what_was_sent()
    {
        using (var response = await Direct.OpenAsync(Ask.Chat("m", new Script { Case = "left", Stall = Stall.Middle, After = 3, Chunks = 9, Usage = UsageShape.Every }, stream: true)))
        await using (var body = await response.Content.ReadAsStreamAsync())
            (await SseReading.EventsAsync(body, 3)).Should().HaveCount(3);

        await Eventually.TrueAsync(() => Upstream.InvoiceOf("left").Count == 1, TimeSpan.FromSeconds(5), () => "the invoice's line");
        Upstream.InvoiceOf("left").Single().Should().BeEquivalentTo(new { CompletionTokens = 3L, Kind = InvoiceKind.Aborted });
        (await Upstream.StatsAsync()).Aborts.Should().Contain("left");
    }

    [Theory]
    [InlineData(429, "{\"error\":{\"message\":\"slow down\"}}", "application/json")]
    [InlineData(502, "<html>bad gateway</html>", "text/html")]
    [InlineData(500, "", "text/plain")]
    [InlineData(200, "{\"id\":\"chatcmpl", "application/json")]
    public async Task A_canned_answer_is_sent_as_it_is(int status, string body, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Caller.Chat)
        {
            Content = new StringContent(Ask.Chat("m", new Script { Status = status, Body = body, ContentType = type, Headers = new() { ["retry-after"] = "7" } })),
        };
        using var plain = new HttpClient { BaseAddress = new Uri(Upstream.Address) };
        using var response = await plain.SendAsync(request);

        ((int)response.StatusCode).Should().Be(status);
        (await response.Content.ReadAsStringAsync()).Should().Be(body);
        response.Headers.GetValues("retry-after").Should().Equal("7");
        (response.Content.Headers.ContentType?.MediaType).Should().Be(type);
    }

    [Fact]
    public async Task One_request_can_fare_differently_at_two_models()
    {
        var directive = new Directive { Script = new Script { Text = "fine" }, Models = new() { ["sick"] = new Script { Status = 503 } } };

        (await Direct.ChatAsync(Ask.Chat("sick", directive, "two"))).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await Direct.ChatAsync(Ask.Chat("well", directive, "two"))).Content.Should().Be("fine");
        (await Upstream.RequestsAsync("two")).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_script_with_an_unknown_member_is_refused()
    {
        var answer = await Direct.ChatAsync(Ask.Chat("m", "{\"script\":{\"chunkz\":3}}"));

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Text.Should().Contain("chunkz");
    }

    [Fact]
    public async Task Tools_are_called_and_their_results_answered()
    {
        const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}]";
        var answer = await Direct.ChatAsync(Ask.Chat("m", new Script { ToolArguments = "{\"a\":1}" }, extra: Tools));

        var call = answer.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function");
        call.GetProperty("name").GetString().Should().Be("weather");
        call.GetProperty("arguments").GetString().Should().Be("{\"a\":1}");
    }

    public sealed class Fixture : IAsyncLifetime, IDisposable
    {
        private readonly TempFolder _folder = new();
        private ScriptedUpstream? _upstream;

        public ScriptedUpstream Upstream => _upstream ?? throw new InvalidOperationException("not started");

        public HttpClient Http { get; private set; } = new();

        public async Task InitializeAsync()
        {
            _upstream = await ScriptedUpstream.StartAsync(_folder);
            Http = new HttpClient(new SchemaCheck(new SocketsHttpHandler())) { BaseAddress = new Uri(_upstream.Address) };
        }

        public async Task DisposeAsync()
        {
            Http.Dispose();
            if (_upstream is not null)
                await _upstream.DisposeAsync();
        }

        public void Dispose() => _folder.Dispose();
    }
}
