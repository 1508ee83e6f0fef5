using System.Globalization;
using Gateway.Config;
using Xunit.Abstractions;

namespace Gateway.Tests.Simulation;

/// <summary>
/// R18: the product against a model of one thread, over random keys, budgets, limits, targets, streams, hedges, clients that leave and failures: the same answers, the same ledger, the same budgets at every arrival.
/// GATEWAY_SIMULATIONS is how many seeds, GATEWAY_SEED the first of them.
/// </summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    [Fact]
    public void Whatever_the_seed_the_gateway_does_what_its_reference_model_does()
    {
        var (first, count) = (Number("GATEWAY_SEED", 1), Number("GATEWAY_SIMULATIONS", 500));
        var told = new Dictionary<string, int>();
        for (var seed = first; seed < first + count; seed++)
        {
            var scenario = new Scenario(seed);
            var (product, model) = (OnOneThread(scenario), ReferenceGateway.Run(scenario));
            var same = product.Zip(model).TakeWhile(static l => l.First == l.Second).Count();
            string.Join('\n', product.Skip(same).Take(3)).Should().Be(string.Join('\n', model.Skip(same).Take(3)), "GATEWAY_SEED={0}, after {1} lines, the last of them {2}", seed, same, same > 0 ? product[same - 1] : "");
            foreach (var word in product.SelectMany(Words)) told[word] = told.GetValueOrDefault(word) + 1;
        }

        output.WriteLine($"GATEWAY_SEED={first} GATEWAY_SIMULATIONS={count}: {string.Join(", ", told.OrderByDescending(static t => t.Value).Select(static t => $"{t.Key} {t.Value}"))}");
        if (count >= 100) Interesting.Should().OnlyContain(word => told.ContainsKey(word), "the scenarios have to get everywhere");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(77)]
    [InlineData(4711)]
    public void A_seed_replays_line_by_line(int seed) => OnOneThread(new Scenario(seed)).Should().Equal(OnOneThread(new Scenario(seed)));

    private static readonly string[] Interesting =
    [
        "row", "once", "key", "team", "gateway", "target", "money", "BadUpstream", "UpstreamTimeout", "UpstreamRejected", "RateLimited", "BudgetExceeded", "NoTargetAvailable", "429", "5 attempts",
        "got 200", ", a stream", "Exact", "Partial", "Estimated", ", finished, [DONE]", ", [DONE]", ", finished, for", "upstream_error", "upstream_error, cut", "words, upstream_error", "words, rate_limit_error", "got nothing, left", "words, left", "finished, left", ": 499", "ClientClosed", "hedge", ": Won", ": Lost", ": Failed", "words, invalid_request_error",
    ];

    /// <summary>What of <see cref="Interesting"/> a line is an example of.</summary>
    private static IEnumerable<string> Words(string line) => Interesting.Where(w => line.StartsWith(w, StringComparison.Ordinal) || (!line.StartsWith("budgets", StringComparison.Ordinal) && line.Contains(w, StringComparison.Ordinal)));

    private static IReadOnlyList<string> OnOneThread(Scenario scenario)
    {
        SynchronizationContext.SetSynchronizationContext(null);   // as in a request: the runner's would let what follows a pause wait
        return SimulatedGateway.Run(scenario);
    }

    private static int Number(string variable, int otherwise) => EnvironmentSource.Process.Get(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
