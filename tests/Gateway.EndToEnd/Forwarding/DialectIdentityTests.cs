using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Forwarding;

/// <summary>A dialect in front of a provider that speaks it: what goes there and comes back is what was sent, and the books are right.</summary>
[Collection(OneGateway.Name)]
public sealed class DialectIdentityTests(SharedRig rig) : AuditedTests(rig)
{
    public static TheoryData<StoreKind, Route, bool> Own
    {
        get
        {
            var rows = new TheoryData<StoreKind, Route, bool>();
            foreach (var store in Enum.GetValues<StoreKind>())
                foreach (var route in new[] { Route.Messages, Route.Responses })
                    foreach (var stream in new[] { false, true })
                        rows.Add(store, route, stream);
            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Own))]
    public async Task Bytes_pass_both_ways_and_the_provider_bills_what_the_ledger_says(StoreKind store, Route route, bool stream)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("own");
        var script = new Script { Case = name, PromptTokens = 1001, CachedTokens = 777, CompletionTokens = 99, ReasoningTokens = 0, Chunks = 4 };
        var body = route.Ask(Model(route), script, stream, $"{route.Bound(1000)},\"x_new_field\":{{\"a\":[1]}}");

        var answer = await on.Gateway.Caller(SharedRig.SpenderKey).StreamAsync(body, route.Path());

        answer.Status.Should().Be(HttpStatusCode.OK);
        var sent = (await on.Upstream.RequestsAsync(name)).Should().ContainSingle().Which;
        sent.Body.Should().Be(body.Replace($"\"{Model(route)}\"", "\"up-fast\"", StringComparison.Ordinal));
        sent.Target.Should().Be(route.Path());
        (await SameAsync(on, route, body.Replace(Model(route), "up-fast", StringComparison.Ordinal))).Should().Be(WithoutNumbers(Encoding.UTF8.GetString(answer.Bytes)));
        var row = (await on.Gateway.RowsOfAsync(name, 1)).Single();
        row.Should().BeEquivalentTo(new { Input = 224L, CacheRead = 777L, Output = 99L, UsageSource = "exact", Status = 200 });
        row.CostNanoUsd.Should().Be(on.Upstream.InvoiceOf(name)[0].NanoUsd);
        if (!stream)
            answer.Headers.Should().ContainKey("x-gateway-cost-usd");
    }

    public static TheoryData<Route, string, Script> Breaks
    {
        get
        {
            var rows = new TheoryData<Route, string, Script>();
            foreach (var route in new[] { Route.Messages, Route.Responses })
            {
                rows.Add(route, "a close", new Script { Cut = Cut.Fin });
                rows.Add(route, "a reset", new Script { Cut = Cut.Rst });
                rows.Add(route, "a clean end without a terminal marker", new Script { Cut = Cut.Clean });
                rows.Add(route, "all but the end", new Script { Cut = Cut.Undone });
                rows.Add(route, "an error event", new Script { ErrorEvent = true });
                rows.Add(route, "silence", new Script { Stall = Stall.Middle });
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_stream_that_breaks_ends_in_one_error_event_of_its_dialect(Route route, string why, Script how)
    {
        var on = await OnAsync(StoreKind.Sqlite);
        var name = Ask.NewCase("broken");

        var stream = await on.Gateway.Caller(SharedRig.SpenderKey).StreamAsync(route.Ask(Model(route), how with { Case = name, Chunks = 6, After = 3, PromptTokens = 50 }, stream: true), route.Path());

        stream.Status.Should().Be(HttpStatusCode.OK, why);
        stream.Done.Should().BeFalse(why);
        var error = stream.Errors.Should().ContainSingle(why).Which;
        error.GetProperty("message").GetString().Should().NotBeNullOrEmpty();
        stream.Events[^1].Event.Should().Be("error", why);
        if (route == Route.Messages)
            error.GetProperty("type").GetString().Should().Be(how.Stall == Stall.None ? "api_error" : "timeout_error");
        else
            error.GetProperty("sequence_number").GetInt64().Should().Be(stream.Events.Count - 1, "events are numbered without a gap");
        (stream.Broken is null).Should().Be(how.ErrorEvent, why);
        var row = (await on.Gateway.RowsOfAsync(name, 1)).Single();
        row.Status.Should().BeOneOf([502, 504], why);
        row.UsageSource.Should().BeOneOf(["partial", "estimated"], why);
        row.CostNanoUsd.Should().BePositive(why);
        if (route == Route.Messages)
            row.Should().Match<LedgerEntry>(static r => r.Input == 50 && r.Output >= 3, "the provider said at the beginning what came in, and a placeholder for what goes out");
    }

    [Theory]
    [InlineData(Route.Messages, UsageShape.None)]
    [InlineData(Route.Messages, UsageShape.Negative)]
    [InlineData(Route.Messages, UsageShape.Huge)]
    [InlineData(Route.Responses, UsageShape.None)]
    [InlineData(Route.Responses, UsageShape.Negative)]
    [InlineData(Route.Responses, UsageShape.Null)]
    public async Task Wrong_counts_and_none_are_replaced_by_an_estimate(Route route, UsageShape shape)
    {
        var on = await OnAsync(StoreKind.Sqlite);
        foreach (var stream in new[] { false, true })
        {
            var name = Ask.NewCase($"usage-{shape}");

            var answer = await on.Gateway.Caller(SharedRig.SpenderKey).StreamAsync(route.Ask(Model(route), new Script { Case = name, Usage = shape, Chunks = 5 }, stream), route.Path());

            answer.Status.Should().Be(HttpStatusCode.OK);
            var row = (await on.Gateway.RowsOfAsync(name, 1)).Single();
            row.UsageSource.Should().Be("estimated", $"{stream}");
            row.Input.Should().BeInRange(1, 1000);
            row.Output.Should().BeInRange(1, 1000);
        }
    }

    /// <summary>A conversation that another provider began: what the gateway remembered for that one is nothing to this one, which would refuse it.</summary>
    [Fact]
    public async Task What_was_kept_for_another_provider_stays_here()
    {
        var on = await OnAsync(StoreKind.Sqlite);
        var name = Ask.NewCase("foreign");
        var body = $$"""
            {"model":"own-messages","max_tokens":100,"metadata":{"user_id":"{{name}}"},"messages":[{"role":"user","content":"x"},
             {"role":"assistant","content":[{"type":"redacted_thinking","data":"gateway.eyJ2IjoxfQ"},{"type":"text","text":"said"}]},{"role":"user","content":{{Ask.Quote(new Script { Case = name }.ToString())}}}]}
            """;

        (await on.Gateway.Caller(SharedRig.SpenderKey).PostAsync(Route.Messages.Path(), body)).Status.Should().Be(HttpStatusCode.OK);

        var sent = (await on.Upstream.RequestsAsync(name)).Single();
        sent.Body.Should().Contain("said").And.NotContain("redacted_thinking").And.Contain("\"up-fast\"");
        (await on.Gateway.RowsOfAsync(name, 1)).Single().CostNanoUsd.Should().Be(on.Upstream.InvoiceOf(name).Single().NanoUsd);
    }

    /// <summary>The same upstream, asked by way of chat.</summary>
    [Fact]
    public async Task A_placeholder_at_a_streams_beginning_is_not_what_it_cost()
    {
        var on = await OnAsync(StoreKind.Sqlite);
        var name = Ask.NewCase("placeholder");

        await on.Gateway.Caller(SharedRig.SpenderKey).StreamAsync(Ask.Chat("own-messages", new Script { Case = name, Cut = Cut.Fin, Chunks = 60, After = 50, PromptTokens = 7 }, stream: true));

        var row = (await on.Gateway.RowsOfAsync(name, 1)).Single();
        row.Should().BeEquivalentTo(new { Input = 7L, UsageSource = "partial" });
        row.Output.Should().BeInRange(50, 200);
    }

    [Theory]
    [InlineData(Route.Messages)]
    [InlineData(Route.Responses)]
    public async Task A_usage_that_cannot_be_empties_no_budget(Route route)
    {
        var on = await OnAsync(StoreKind.Sqlite);
        var name = Ask.NewCase("absurd");

        await on.Gateway.Caller(SharedRig.SpenderKey).PostAsync(route.Path(), route.Ask(Model(route), new Script { Case = name, CompletionTokens = 2_000_000_000 }));

        (await on.Gateway.RowsOfAsync(name, 1)).Single().Should().Match<LedgerEntry>(static r => r.UsageSource == "estimated" && r.Output < 1000);
    }

    /// <summary>What the provider has kept of a conversation is read again, and paid for: it is reserved for.</summary>
    [Theory]
    [InlineData("\"previous_response_id\":\"resp_1\"")]
    [InlineData("\"conversation\":\"conv_1\"")]
    public async Task A_prompt_that_is_not_in_the_body_is_reserved_for(string member)
    {
        var on = await OnAsync(StoreKind.Sqlite);
        var name = Ask.NewCase("kept");
        var body = Route.Responses.Ask("own-responses", new Script { Case = name }, extra: $"{Route.Responses.Bound(10)},{member}");

        (await on.Gateway.Caller(SharedRig.PoorKey).PostAsync(Route.Responses.Path(), body)).Error.GetProperty("code").GetString().Should().Be("budget_exceeded");
        (await on.Gateway.Caller(SharedRig.SpenderKey).PostAsync(Route.Responses.Path(), body)).Status.Should().Be(HttpStatusCode.OK);

        (await on.Upstream.RequestsAsync(name)).Should().ContainSingle().Which.Body.Should().Contain(member);
    }

    [Fact]
    public async Task Features_in_trial_are_asked_for_by_configuration_and_client_alike()
    {
        var on = await OnAsync(StoreKind.Sqlite);
        var name = Ask.NewCase("beta");

        await on.Gateway.Caller(SharedRig.AppKey).PostAsync(Route.Messages.Path(), Route.Messages.Ask("own-messages", new Script { Case = name }), ("anthropic-beta", "client-beta"), ("anthropic-version", "2020-01-01"));

        var headers = (await on.Upstream.RequestsAsync(name)).Single().Headers;
        string.Join(", ", headers.Where(static h => h.Key.Equals("anthropic-beta", StringComparison.OrdinalIgnoreCase)).Select(static h => h.Value)).Should().Be("config-beta, client-beta");
        headers.Where(static h => h.Key.Equals("anthropic-version", StringComparison.OrdinalIgnoreCase)).Select(static h => h.Value).Should().Equal("2023-06-01");
        headers.Where(static h => h.Key.Equals("x-api-key", StringComparison.OrdinalIgnoreCase)).Select(static h => h.Value).Should().Equal(SharedRig.ProviderKey);
    }

    [Fact]
    public async Task A_provider_that_counts_tokens_is_asked_and_others_are_counted_for_and_neither_costs()
    {
        var on = await OnAsync(StoreKind.Sqlite);
        var (asked, counted) = (Ask.NewCase("count"), Ask.NewCase("count"));
        var caller = on.Gateway.Caller(SharedRig.SpenderKey);

        (await caller.PostAsync(Route.CountTokens.Path(), Route.CountTokens.Ask("own-messages", new Script { Case = asked, PromptTokens = 4321 }))).Json.GetProperty("input_tokens").GetInt64().Should().Be(4321);
        (await caller.PostAsync(Route.CountTokens.Path(), Ask.Count("fast", "How many tokens are these?", counted))).Json.GetProperty("input_tokens").GetInt64().Should().BeInRange(6, 20);

        (await on.Upstream.RequestsAsync(asked)).Should().ContainSingle().Which.Target.Should().Be("/v1/messages/count_tokens");
        (await on.Gateway.RowsOfAsync(asked, 1)).Single().Should().BeEquivalentTo(new { CostNanoUsd = 0L, UsageSource = "exact" });
        (await on.Upstream.RequestsAsync(counted)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(Route.Messages)]
    [InlineData(Route.Responses)]
    public async Task Errors_have_the_shape_of_the_dialect(Route route)
    {
        var on = await OnAsync(StoreKind.Sqlite);
        var caller = on.Gateway.Caller(SharedRig.AppKey);

        var rejected = await caller.PostAsync(route.Path(), route.Ask(Model(route), new Script { Status = 404 }));
        rejected.Status.Should().Be(HttpStatusCode.NotFound);
        rejected.Error.GetProperty("message").GetString().Should().Be("scripted failure");
        var failed = await caller.PostAsync(route.Path(), route.Ask(Model(route), new Script { Status = 500 }));
        failed.Status.Should().Be(HttpStatusCode.BadGateway);
        failed.Error.GetProperty("provider").GetProperty("error").GetProperty("code").GetString().Should().Be("scripted");
        var wrongMethod = await caller.GetAsync(route.Path());
        wrongMethod.Status.Should().Be(HttpStatusCode.MethodNotAllowed);
        foreach (var answer in new[] { rejected, failed, wrongMethod })
        {
            if (route == Route.Messages)
                answer.Json.Should().Match<JsonElement>(j => j.GetProperty("type").GetString() == "error" && j.GetProperty("request_id").GetString() == answer.Header("x-request-id"));
            else
                answer.Json.TryGetProperty("type", out _).Should().BeFalse();
        }
    }

    /// <summary>Clients of Anthropic's look for what the gateway does not have, and read errors of one shape only.</summary>
    [Theory]
    [InlineData("POST", "/v1/messages/batches", 404, "not_found_error")]
    [InlineData("GET", "/v1/messages/batches/msgbatch_1/results", 404, "not_found_error")]
    [InlineData("POST", "/V1/Messages/nonsuch/", 404, "not_found_error")]
    [InlineData("DELETE", "/v1/messages", 405, "invalid_request_error")]
    [InlineData("GET", "/v1/messages/count_tokens", 405, "invalid_request_error")]
    public async Task What_is_not_there_below_messages_says_so_in_its_shape(string method, string path, int status, string type)
    {
        var on = await OnAsync(StoreKind.Sqlite);
        using var http = new HttpClient { BaseAddress = new Uri(on.Gateway.Address) };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await http.SendAsync(request);

        ((int)answer.StatusCode).Should().Be(status);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        body.RootElement.GetProperty("type").GetString().Should().Be("error");
        body.RootElement.GetProperty("error").GetProperty("type").GetString().Should().Be(type);
        body.RootElement.GetProperty("request_id").GetString().Should().Be(answer.Headers.GetValues("x-request-id").Single());
    }

    [Theory]
    [InlineData("/v1/messagesandmore")]
    [InlineData("/v1/responses/resp_1")]
    public async Task Elsewhere_it_says_so_in_OpenAIs(string path)
    {
        var on = await OnAsync(StoreKind.Sqlite);

        var answer = await on.Gateway.Caller(SharedRig.AppKey).GetAsync(path);

        answer.Status.Should().Be(HttpStatusCode.NotFound);
        answer.Json.TryGetProperty("type", out _).Should().BeFalse();
        answer.Error.GetProperty("code").GetString().Should().Be("not_found");
    }

    private static string Model(Route route) => route == Route.Messages ? "own-messages" : "own-responses";

    /// <summary>What the upstream says to the same request without a gateway, but for its running numbers.</summary>
    private static async Task<string> SameAsync(SharedRig on, Route route, string body)
    {
        using var http = new HttpClient { BaseAddress = new Uri(on.Upstream.Address) };
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(route.Path(), content);
        return WithoutNumbers(await answer.Content.ReadAsStringAsync());
    }

    private static string WithoutNumbers(string text) => System.Text.RegularExpressions.Regex.Replace(text, "\"(msg|resp)_\\d+\"", "\"$1_N\"");
}
