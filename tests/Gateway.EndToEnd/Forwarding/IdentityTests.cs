using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Forwarding;

/// <summary>What of a request reaches the upstream, to the byte.</summary>
[Collection(OneGateway.Name)]
public sealed class IdentityTests(SharedRig rig)
{
    [Fact]
    public async Task A_policy_field_named_with_an_escape_goes_upstream_by_its_plain_name()
    {
        var name = Ask.NewCase("escape");

        await rig.App.ChatAsync("{\"mod\\u0065l\":\"fast\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"user\":\"" + name + "\"}");

        (await rig.Upstream.RequestAsync(name)).Body.Should().StartWith("{\"model\":\"up-fast\",");
    }

    public static TheoryData<string, string> Oddities => new()
    {
        { "white space", " \r\n\t{ \"model\" :\t\"MODEL\" ,\n \"messages\":[ {\"role\":\"user\" , \"content\":\"x\"} ], \"user\" : \"CASE\" }\n" },
        { "unknown members at the top and below", """{"zebra":{"a":[1,{"b":null}]},"model":"MODEL","messages":[{"role":"user","content":"x","x-new":true}],"user":"CASE","":0}""" },
        { "numbers a parser would round", """{"model":"MODEL","messages":[{"role":"user","content":"x"}],"user":"CASE","seed":12345678901234567890123,"top_p":1.0,"temperature":1e-2,"x":-0.0}""" },
        { "escapes and characters outside the basic plane", """{"model":"MODEL","messages":[{"role":"user","content":"\u00e9\/\ud83d\ude00 😀 \u2028 </script>"}],"user":"CASE"}""" },
        { "the model last", """{"messages":[{"role":"user","content":"{\"model\":\"not me\"}"}],"user":"CASE","model":"MODEL"}""" },
        { "nested members named as policy fields", """{"model":"MODEL","messages":[{"role":"user","content":"x"}],"user":"CASE","metadata":{"model":"a","stream":"b","Model":"c"}}""" },
        { "more members than usual", """{"model":"MODEL","messages":[{"role":"user","content":"x"}],"user":"CASE","a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"n1":14,"o":15,"p":16,"q":17,"r":18,"s":19,"t":20}""" },
    };

    [Theory]
    [MemberData(nameof(Oddities))]
    public async Task Everything_but_the_model_is_forwarded_byte_for_byte(string what, string body)
    {
        var name = Ask.NewCase("identity");
        body = body.Replace("CASE", name, StringComparison.Ordinal);

        var answer = await rig.App.ChatAsync(body.Replace("MODEL", "fast", StringComparison.Ordinal));

        answer.Status.Should().Be(HttpStatusCode.OK, what);
        (await rig.Upstream.RequestAsync(name)).Body.Should().Be(body.Replace("MODEL", "up-fast", StringComparison.Ordinal), what);
    }

    [Theory]
    [InlineData("fast", "up-fast")]
    [InlineData("gpt-4", "up-fast")]
    [InlineData("claude-anything-at-all", "up-fast")]
    [InlineData("wild-seven", "up-seven")]
    [InlineData("up/whatever/it-is", "whatever/it-is")]
    public async Task A_name_an_alias_a_wildcard_and_a_provider_lead_to_a_model(string asked, string sent)
    {
        var name = Ask.NewCase("names");

        var answer = await rig.App.ChatAsync(Ask.Chat(asked, new Script { Case = name }));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        (await rig.Upstream.RequestAsync(name)).Json.GetProperty("model").GetString().Should().Be(sent);
        answer.Header("x-gateway-model").Should().Be(asked);
        answer.Header("x-gateway-target").Should().Be($"up/{sent}");
    }

    [Fact]
    public async Task Params_fill_what_the_client_left_out_and_override_wins_over_it()
    {
        var name = Ask.NewCase("params");

        await rig.App.ChatAsync(Ask.Chat("tuned", new Script { Case = name }, extra: "\"top_p\":0.9,\"seed\":1,\"logit_bias\":{}"));

        var sent = (await rig.Upstream.RequestAsync(name)).Json;
        sent.GetProperty("temperature").GetDouble().Should().Be(0.25, "a default fills a gap");
        sent.GetProperty("top_p").GetDouble().Should().Be(0.9, "the client's value wins over a default");
        sent.GetProperty("seed").GetInt32().Should().Be(7, "an override wins over the client");
        sent.GetProperty("stop").GetRawText().Should().Be("[\"END\"]");
        sent.EnumerateObject().Select(static p => p.Name).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("\"stream_options\":{\"include_usage\":false}", false)]
    [InlineData("\"stream_options\":{\"include_obfuscation\":false}", false)]
    [InlineData("\"stream_options\":null", false)]
    [InlineData("\"stream_options\":{\"include_usage\":true}", true)]
    public async Task A_stream_always_asks_upstream_for_usage_and_shows_it_only_to_who_asked(string? options, bool asked)
    {
        var name = Ask.NewCase("usage");

        var stream = await rig.App.StreamAsync(Ask.Chat("fast", new Script { Case = name, PromptTokens = 100, CompletionTokens = 10 }, stream: true, options));

        var sent = (await rig.Upstream.RequestAsync(name)).Json;
        sent.GetProperty("stream_options").GetProperty("include_usage").GetBoolean().Should().BeTrue();
        if (options?.Contains("obfuscation", StringComparison.Ordinal) == true)
            sent.GetProperty("stream_options").GetProperty("include_obfuscation").GetBoolean().Should().BeFalse("other options stay");
        stream.Done.Should().BeTrue();
        stream.Chunks.Where(static c => c.GetProperty("choices").GetArrayLength() == 0).Should().HaveCount(asked ? 1 : 0);
        stream.Usages.Should().HaveCount(asked ? 1 : 0);
        if (asked)
        {
            var cost = stream.Usages[0].TryGetProperty("cost_usd", out var inside) ? inside : stream.Chunks[^1].GetProperty("cost_usd");
            // 100 × 37.5 + 10 × 150 nano-dollars.
            decimal.Parse(cost.ToString(), System.Globalization.CultureInfo.InvariantCulture).Should().Be(0.000005250m);
        }
    }

    [Fact]
    public async Task The_answers_headers_say_what_happened_and_what_it_cost()
    {
        var name = Ask.NewCase("headers");

        var answer = await rig.App.ChatAsync(Ask.Chat("fast", new Script { Case = name, PromptTokens = 1000, CachedTokens = 400, CompletionTokens = 7 }));

        answer.Header("x-request-id").Should().NotBeNullOrEmpty();
        answer.Header("x-gateway-attempts").Should().Be("1");
        answer.Header("x-gateway-cost-usd").Should().Be("0.00003105");
        answer.Header("x-gateway-cache").Should().Be("off");
        double.Parse(answer.Header("x-gateway-overhead-ms")!, System.Globalization.CultureInfo.InvariantCulture).Should().BeInRange(0, 5000);
        var row = (await rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
        row.Should().BeEquivalentTo(new
        {
            RequestId = answer.Header("x-request-id"),
            Key = "app",
            Endpoint = Caller.Chat,
            Model = "fast",
            Provider = "up",
            TargetModel = "up-fast",
            Stream = false,
            Status = 200,
            Input = 600L,
            CacheRead = 400L,
            Output = 7L,
            UsageSource = "exact",
            CostNanoUsd = 31_050L,
        });
    }

    [Fact]
    public async Task Only_the_gateways_own_credentials_and_allowed_headers_go_upstream()
    {
        var name = Ask.NewCase("hop");

        await rig.App.ChatAsync(
            Ask.Chat("fast", new Script { Case = name }),
            ("Cookie", "session=canary-cookie"), ("X-Forwarded-For", "1.2.3.4"), ("Forwarded", "for=1.2.3.4"), ("x-amz-security-token", "t"), ("Proxy-Authorization", "Basic x"),
            ("TE", "trailers"), ("X-Named", "secret"), ("Connection", "X-Named"), ("Upgrade-Insecure-Requests", "1"), ("OpenAI-Organization", "theirs"),
            ("x-gateway-tags", "a, b"), ("OpenAI-Beta", "assistants=v2"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));

        var sent = await rig.Upstream.RequestAsync(name);
        sent.Header("authorization").Should().Be($"Bearer {SharedRig.ProviderKey}");
        sent.Header("x-team").Should().Be("core");
        sent.Header("openai-beta").Should().Be("assistants=v2");
        sent.Header("traceparent").Should().Contain("0af7651916cd43dd8448eb211c80319c", "a trace is continued");
        string[] forbidden =
        [
            "cookie", "x-forwarded-for", "forwarded", "x-amz-security-token", "proxy-authorization", "te", "x-named", "upgrade-insecure-requests",
            "openai-organization", "x-gateway-tags", "x-api-key", "expect",
        ];
        sent.Headers.Select(static h => h.Key.ToLowerInvariant()).Should().NotContain(forbidden);
        sent.Header("host").Should().Be($"127.0.0.1:{rig.Upstream.Port}");
        var row = (await rig.Gateway.RowsOfAsync(name, 1)).Single();
        row.Tags.Should().Equal("a", "b");
    }

    /// <summary>Valid to read, but nothing that can be sent on: a client's own name must not look like a provider's failure.</summary>
    [Theory]
    [InlineData("User-Agent")]
    [InlineData("OpenAI-Beta")]
    public async Task A_header_beyond_ASCII_stays_here_and_the_request_goes_on(string header)
    {
        var name = Ask.NewCase("beyond");
        // UTF-8, a byte a character.
        var request = RawHttp.Post(
            Caller.Chat, SharedRig.AppKey, Ask.Chat("fast", new Script { Case = name }), $"Connection: close\r\n{header}: zo\u00c3\u00ab\r\n");

        var reply = await RawHttp.SendAsync(rig.Gateway.Port, request);

        reply.Statuses.Should().Equal([200], reply.Text);
        (await rig.Upstream.RequestAsync(name)).Header(header).Should().BeNull();
    }

    [Theory]
    [InlineData("/v1/completions")]
    [InlineData("/v1/embeddings")]
    public async Task The_other_endpoints_take_the_same_road(string path)
    {
        var name = Ask.NewCase("road");
        var script = new Script { Case = name, PromptTokens = 8, CompletionTokens = 2 };

        var answer = await rig.App.PostAsync(path, path == "/v1/embeddings" ? Ask.Embedding("embed", script) : Ask.Completion("fast", script));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        var row = (await rig.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which;
        row.Endpoint.Should().Be(path);
        row.CostNanoUsd.Should().Be(rig.Upstream.InvoiceOf(name).Single().NanoUsd);
    }

    [Fact]
    public async Task A_streamed_completion_is_relayed_and_charged()
    {
        var name = Ask.NewCase("completion");

        var stream = await rig.App.StreamAsync(Ask.Completion("fast", new Script { Case = name, Text = "one two three" }, stream: true), "/v1/completions");

        stream.Content.Should().Be("one two three");
        stream.Done.Should().BeTrue();
        (await rig.Gateway.RowsOfAsync(name, 1)).Single().CostNanoUsd.Should().Be(rig.Upstream.InvoiceOf(name).Single().NanoUsd);
    }

    [Fact]
    public async Task A_key_sees_only_the_models_it_may_use()
    {
        static IEnumerable<string> Names(Answer answer) => answer.Json.GetProperty("data").EnumerateArray().Select(static m => m.GetProperty("id").GetString()!);

        Names(await rig.App.GetAsync("/v1/models")).Should().Contain(["fast", "secret", "embed", "demo"]);
        Names(await rig.Narrow.GetAsync("/v1/models")).Should().Contain("fast").And.NotContain(["secret", "embed", "demo"]);
        (await rig.Narrow.GetAsync("/v1/models/fast")).Json.GetProperty("id").GetString().Should().Be("fast");
        ((int)(await rig.Narrow.GetAsync("/v1/models/secret")).Status).Should().BeOneOf([403, 404], "a key learns nothing of what it may not use");
    }
}
