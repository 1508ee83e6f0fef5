using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Money;

/// <summary>A request that is tried at several targets: each attempt is a row at its own model's price, and the rows are the invoice (M6).</summary>
[Collection(OneGateway.Name)]
public sealed class ChainTests(SharedRig rig) : AuditedTests(rig)
{
    /// <summary>How the first target fails before the client has a byte.</summary>
    private static readonly IReadOnlyDictionary<string, Script> Refusals = new Dictionary<string, Script>
    {
        ["a 500"] = new() { Status = 500 },
        ["a 503"] = new() { Status = 503, Headers = new() { ["retry-after"] = "1" } },
        ["a 429"] = new() { Status = 429 },
        ["an HTML error"] = new() { Status = 502, Body = "<html>bad gateway</html>", ContentType = "text/html" },
        ["an error without a body"] = new() { Status = 500, Body = "" },
    };

    private static readonly IReadOnlyDictionary<string, Script> BrokenReplies = new Dictionary<string, Script>
    {
        ["a reset in the body"] = new() { Cut = Cut.Rst },
        ["a body shorter than announced"] = new() { Cut = Cut.Fin },
        ["truncated JSON"] = new() { Body = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.comp" },
        ["HTML with status 200"] = new() { Body = "<html>sign in</html>", ContentType = "text/html" },
        ["an empty answer"] = new() { Body = "" },
    };

    private static readonly IReadOnlyDictionary<string, Script> BrokenStreams = new Dictionary<string, Script>
    {
        ["an error as the first event"] = new() { ErrorEvent = true },
        ["a reset before the first event"] = new() { Cut = Cut.Rst },
        ["a close before the first event"] = new() { Cut = Cut.Fin },
        ["an end before the first event"] = new() { Cut = Cut.Clean },
    };

    /// <summary>Each costs a timer's two seconds: on chat only.</summary>
    private static readonly IReadOnlyDictionary<string, Script> Silences = new Dictionary<string, Script>
    {
        ["silence before the head"] = new() { Stall = Stall.Headers },
        ["silence before the first token"] = new() { Stall = Stall.First },
    };

    public static TheoryData<StoreKind, Route, bool, string> Failures
    {
        get
        {
            var rows = new TheoryData<StoreKind, Route, bool, string>();
            foreach (var (store, route, stream) in Routes.All)
            {
                var silences = route != Route.Chat ? [] : stream ? Silences.Keys : Silences.Keys.Take(1);
                foreach (var why in Refusals.Keys.Concat(stream ? BrokenStreams.Keys : BrokenReplies.Keys).Concat(silences))
                    rows.Add(store, route, stream, why);
            }
            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Failures))]
    public async Task A_target_that_fails_is_followed_by_the_next_one_and_both_are_on_the_books(StoreKind store, Route route, bool stream, string why)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("fallback");
        var failure = Refusals.Concat(BrokenReplies).Concat(BrokenStreams).Concat(Silences).Single(f => f.Key == why).Value;
        var directive = new Directive { Script = new Script { Case = name, Text = "second", PromptTokens = 321, CompletionTokens = 45 }, Models = new() { ["first"] = failure with { Case = name } } };

        var answer = await AnswerAsync(on, route, route.Ask("chain", directive, name, stream));

        answer.Status.Should().Be(HttpStatusCode.OK);
        if (stream)
            answer.Should().Match<StreamedAnswer>(static a => a.Content == "second" && a.Done && a.Errors.Count == 0);
        else
            answer.Headers.Should().Contain("x-gateway-target", "up/second-dear").And.Contain("x-gateway-attempts", "2");
        var rows = await on.Gateway.RowsOfAsync(name, 2);
        rows.Should().HaveCount(2);
        var failed = rows.Should().ContainSingle(static r => r.TargetModel == "first" && r.Status != 200).Which;
        var served = rows.Single(static r => r.TargetModel == "second-dear");
        served.CostNanoUsd.Should().Be(on.Upstream.InvoiceOf(name).Single(static l => l.Model == "second-dear").NanoUsd);
        if (Refusals.ContainsKey(why))
            rows.Sum(static r => r.CostNanoUsd).Should().Be(on.Upstream.InvoiceOf(name).Sum(static l => l.NanoUsd), "an answer that is an error is not billed");
        else
            failed.Should().Match<LedgerEntry>(static r => r.UsageSource == "estimated" && r.CostNanoUsd > 0, "nobody said what became of it: it may be billed");
    }

    /// <summary>Of a chain of three each target costs something else.</summary>
    [SkippableTheory]
    [MemberData(nameof(Routes.Matrix), MemberType = typeof(Routes))]
    public async Task Three_attempts_are_three_rows_each_at_its_own_price(StoreKind store, Route route, bool stream)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("three");
        var last = new Script { Case = name, PromptTokens = 1234, CompletionTokens = 56 };
        var directive = new Directive { Models = new() { ["first"] = new Script { Case = name, Status = 500 }, ["second-dear"] = new Script { Case = name, Cut = Cut.Fin }, ["third"] = last } };

        (await AnswerAsync(on, route, route.Ask("long-chain", directive, name, stream))).Status.Should().Be(HttpStatusCode.OK);

        var rows = await on.Gateway.RowsOfAsync(name, 3);
        rows.Select(static r => r.TargetModel).Should().BeEquivalentTo("first", "second-dear", "third");
        rows.Select(static r => r.RequestId).Distinct().Should().ContainSingle("it was one request");
        var invoice = on.Upstream.InvoiceOf(name);
        rows.Single(static r => r.TargetModel == "first").CostNanoUsd.Should().Be(0);
        rows.Single(static r => r.TargetModel == "third").CostNanoUsd.Should().Be(invoice.Single(static l => l.Model == "third").NanoUsd);
        var cut = rows.Single(static r => r.TargetModel == "second-dear");
        cut.CostNanoUsd.Should().Be(PriceList.NanoUsd("second-dear", cut.Input, 0, cut.Output), "what it may have used is counted at its own price");
        cut.CostNanoUsd.Should().BePositive();
    }

    /// <summary>A fallback is priced and reserved by itself: a budget that could pay the first target cannot be passed by way of a dearer second one.</summary>
    [SkippableTheory]
    [MemberData(nameof(Routes.Matrix), MemberType = typeof(Routes))]
    public async Task A_chain_cannot_exceed_the_budget_in_the_middle(StoreKind store, Route route, bool stream)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("middle");
        var failing = new Directive { Script = new Script { Case = name }, Models = new() { ["first"] = new Script { Case = name, Status = 503 } } };

        var answer = await on.Gateway.Caller(SharedRig.ChainedKey).PostAsync(
            route.Path(), route.Ask("chain", failing, name, stream, route.Bound(100)));

        answer.Status.Should().Be(HttpStatusCode.TooManyRequests, answer.Text);
        answer.Error.GetProperty("code").GetString().Should().Be("budget_exceeded");
        (await on.Upstream.RequestsAsync(name)).Should().ContainSingle("the second target was never asked");
        (await on.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which.Should().BeEquivalentTo(new { TargetModel = "first", Status = 503, CostNanoUsd = 0L });
    }

    private static Task<StreamedAnswer> AnswerAsync(SharedRig on, Route route, string body) => on.Gateway.Caller(SharedRig.SpenderKey).StreamAsync(body, route.Path());
}
