using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Money;

/// <summary>One request that can cost more than there is (M5): it is refused before the upstream hears of it, and told that waiting does not help.</summary>
[Collection(OneGateway.Name)]
public sealed class OversizeTests(SharedRig rig) : AuditedTests(rig)
{
    // The key may spend 500,000 nano-dollars: the price of 3,333 tokens of an answer, or of 13,333 of a prompt.
    private static readonly string[] OfAnyAnswer =
    [
        "", "\"max_tokens\":null", "\"max_tokens\":1000000000", "\"max_tokens\":2147483647", "\"max_completion_tokens\":2147483647", "\"max_tokens\":100,\"max_completion_tokens\":1000000",
        "\"max_tokens\":1000000,\"max_completion_tokens\":100", "\"max_tokens\":100,\"n\":50", "\"n\":128",
    ];

    private static readonly string[] OfCompletions = ["\"max_tokens\":100,\"best_of\":50", "\"max_tokens\":100,\"n\":2,\"best_of\":50", $"\"max_tokens\":1,\"suffix\":\"{new string('x', 14_000)}\""];

    private static readonly string[] OfResponses = ["", "\"max_output_tokens\":null", "\"max_output_tokens\":1000000000", "\"max_output_tokens\":2147483647"];

    private static readonly string[] OfMessages = ["\"max_tokens\":1000000000", "\"max_tokens\":2147483647"];

    private static readonly string[] OfEmbeddings = [$"\"x_padding\":\"{new string('x', 14_000)}\""];

    public static TheoryData<StoreKind, Route, bool, string> TooLarge
    {
        get
        {
            var rows = new TheoryData<StoreKind, Route, bool, string>();
            foreach (var (store, route, stream) in Routes.All)
            {
                foreach (var bound in route switch { Route.Chat => OfAnyAnswer, Route.Completions => [.. OfAnyAnswer, .. OfCompletions], Route.Responses => OfResponses, Route.Messages => OfMessages, _ => OfEmbeddings })
                    rows.Add(store, route, stream, bound);
            }
            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(TooLarge))]
    public async Task A_request_larger_than_the_whole_budget_is_refused_for_good(StoreKind store, Route route, bool stream, string bound)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("large");

        var refused = await on.Gateway.Caller(SharedRig.PoorKey).PostAsync(route.Path(), route.Ask("fast", new Script { Case = name }, stream, bound.Length == 0 ? null : bound));

        refused.Status.Should().Be(HttpStatusCode.TooManyRequests, refused.Text);
        refused.Error.GetProperty("code").GetString().Should().Be("budget_exceeded");
        refused.Error.GetProperty("message").GetString().Should().StartWith("Request larger than the budget").And.Contain("key 'poor'").And.Contain("$0.0005");
        refused.Header("x-should-retry").Should().Be("false");
        refused.Header("retry-after").Should().BeNull("no waiting helps");
        (await on.Upstream.RequestsAsync(name)).Should().BeEmpty();
        (await on.Gateway.RowsOfAsync(name, 0)).Should().BeEmpty();
    }

    /// <summary>What is refused above is refused for its size alone.</summary>
    [SkippableTheory]
    [MemberData(nameof(Routes.Bounded), MemberType = typeof(Routes))]
    public async Task The_same_request_with_a_small_bound_fits(StoreKind store, Route route, bool stream)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("small");

        var answer = await on.Gateway.Caller(SharedRig.PoorKey).StreamAsync(route.Ask("fast", new Script { Case = name }, stream, route.Bound(100)), route.Path());

        answer.Status.Should().Be(HttpStatusCode.OK);
        (await on.Gateway.RowsOfAsync(name, 1)).Should().ContainSingle().Which.CostNanoUsd.Should().Be(on.Upstream.InvoiceOf(name).Single().NanoUsd);
    }

    public static TheoryData<StoreKind, Route, bool, string> Fields
    {
        get
        {
            var rows = new TheoryData<StoreKind, Route, bool, string>();
            foreach (var (store, route, stream) in Routes.All.Where(static c => c.Route.Streams()))
            {
                foreach (var bound in route switch { Route.Chat => new[] { "max_tokens", "max_completion_tokens", "n" }, Route.Responses => ["max_output_tokens"], Route.Messages => ["max_tokens"], _ => ["max_tokens", "n", "best_of"] })
                    rows.Add(store, route, stream, bound);
            }
            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Fields))]
    public async Task A_bound_that_is_no_count_is_never_taken_for_none(StoreKind store, Route route, bool stream, string field)
    {
        var on = await OnAsync(store);
        var name = Ask.NewCase("bound");

        foreach (var bound in new[] { "0", "-1", "4096.0", "\"4096\"", "1e3", "-0", "00100", "4294967297", "99999999999999999999", "[100]" })
        {
            var answer = await on.Gateway.Caller(SharedRig.SpenderKey).PostAsync(route.Path(), route.Ask("fast", new Script { Case = name }, stream, $"\"{field}\":{bound}"));

            answer.Status.Should().Be(HttpStatusCode.BadRequest, bound);
            // With a second digit behind a zero it is no JSON at all.
            if (bound != "00100")
                answer.Error.GetProperty("param").GetString().Should().Be(field, bound);
        }
        (await on.Upstream.RequestsAsync(name)).Should().BeEmpty();
    }
}
