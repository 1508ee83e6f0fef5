using System.Globalization;
using Gateway.Config;

namespace Gateway.Tests.Simulation;

/// <summary>An owner and what binds it. Dollars of budgets are nano-dollars here.</summary>
internal sealed record SimOwner(string Name, string? Team, LimitsConfig Limits, IReadOnlyList<(BudgetPeriod Period, long Limit)> Budgets);

/// <param name="Input">Dollars for a million tokens.</param>
/// <param name="Drains">It bills answers that nobody reads (<c>on_disconnect: drain</c>).</param>
internal sealed record SimTarget(string Name, int Weight, int Input, LimitsConfig Limits, bool Drains);

internal sealed record SimModel(string Name, Strategy Strategy, int Retries, IReadOnlyList<int> Targets, IReadOnlyList<int> Fallbacks, HedgeConfig? Hedge);

/// <param name="Leaves">When the client is gone, whatever it has by then; null: it waits.</param>
/// <param name="IncludeUsage">Of streams: the client asks for the usage chunk.</param>
internal sealed record SimRequest(int Number, TimeSpan At, int Key, int Model, int MaxTokens, ulong Chance, bool Stream, bool IncludeUsage, TimeSpan? Leaves)
{
    public string Id => string.Create(CultureInfo.InvariantCulture, $"req_{Number}");
}

/// <summary>A configuration, requests and an upstream's temper, all of one seed.</summary>
/// <remarks>Limits a minute stay at 240 or below, where the product keeps a list of every use and is exact; above it is a little stricter, as documented.</remarks>
internal sealed class Scenario
{
    private const int Sickness = 8;   // requests after which a target's temper changes

    /// <summary>How a third of the scenarios hedges: few targets and requests of one kind, so that soon enough is known of how long they take.</summary>
    private readonly bool _hedges;

    /// <summary>Upstreams take whole milliseconds: so nothing of one request ever happens at the very moment of something of another one, and there is one order.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromTicks(60);

    private readonly int _seed;

    public Scenario(int seed)
    {
        _seed = seed;
        var random = new Random(seed);
        _hedges = seed % 3 == 0;
        Start = new DateTimeOffset(2026, 11, 22, 23, 58, 0, TimeSpan.Zero).AddSeconds(random.Next(120));
        Breaker = new() { MinAttempts = random.Next(2, 8), FailureRatio = random.Next(1, 5) / 4.0, Window = TimeSpan.FromHours(1), Open = TimeSpan.FromSeconds(random.Next(1, 10)) };
        Gateway = new("gateway", null, new(), Budgets(random, 900_000));
        Teams = [.. Enumerable.Range(0, 2).Select(i => new SimOwner($"team-{i}", null, Limits(random, 5), Budgets(random, 600_000)))];
        Keys = [.. Enumerable.Range(0, 3).Select(i => new SimOwner($"key-{i}", random.Next(3) is var t and < 2 ? $"team-{t}" : null, Limits(random, 5), Budgets(random, 400_000)))];
        Targets = [.. Enumerable.Range(0, _hedges ? 2 : 4).Select(i => new SimTarget($"m-{i}", random.Next(1, 4), i + 1, Limits(random, 6), random.Next(3) == 0))];
        Models = [.. Enumerable.Range(0, 3).Select(i => Model(random, i))];
        Requests = [.. Arrivals(random)];
    }

    public DateTimeOffset Start { get; }

    public BreakerConfig Breaker { get; }

    public SimOwner Gateway { get; }

    public IReadOnlyList<SimOwner> Teams { get; }

    public IReadOnlyList<SimOwner> Keys { get; }

    public IReadOnlyList<SimTarget> Targets { get; }

    public IReadOnlyList<SimModel> Models { get; }

    public IReadOnlyList<SimRequest> Requests { get; }

    /// <summary>What the client sends.</summary>
    public string Body(SimRequest request) => Body(request, request.IncludeUsage);

    /// <summary>As long as what the upstream gets, which is always asked for the usage: model and target have names of one length.</summary>
    public string Sent(SimRequest request) => Body(request, includeUsage: true);

    /// <param name="tries">How often the request has been at this target before.</param>
    public Fate FateOf(int number, string target, int tries)
    {
        var random = new Random(HashCodeOf(_seed, number, target[^1], tries));
        var sick = new Random(HashCodeOf(_seed, number / Sickness, target[^1], -1)).Next(3) == 0;
        return Fate.Draw(random, sick ? 85 : 10, Requests[number].Stream);
    }

    private string Body(SimRequest request, bool includeUsage) => string.Create(CultureInfo.InvariantCulture,
        $$"""{{{(request.Stream && includeUsage ? "\"stream_options\":{\"include_usage\":true}," : "")}}"model":"{{Models[request.Model].Name}}","messages":[{"role":"user","content":"hi"}],"max_tokens":{{request.MaxTokens}},{{(request.Stream ? "\"stream\":true," : "")}}"user":"{{request.Number}}"}""");

    /// <summary>The same in every process, unlike <see cref="HashCode"/>.</summary>
    private static int HashCodeOf(params ReadOnlySpan<int> parts)
    {
        var hash = 17;
        foreach (var part in parts) hash = unchecked((hash * 1_000_003) ^ part);
        return hash;
    }

    private SimModel Model(Random random, int index)
    {
        Strategy[] strategies = [Strategy.Ordered, Strategy.LowestCost, Strategy.Weighted];
        var targets = Enumerable.Range(0, Targets.Count).OrderBy(_ => random.Next()).Take(random.Next(1, 4)).ToList();
        return new($"f-{index}", strategies[random.Next(3)], random.Next(3), targets, [.. Enumerable.Range(0, 3).Where(f => f != index && random.Next(3) == 0)], _hedges || random.Next(2) == 0 ? Hedge(random) : null);
    }

    private static HedgeConfig Hedge(Random random) => new()
    {
        Quantile = 1 - (1.0 / (1 << random.Next(1, 4))),
        MinDelay = TimeSpan.FromMilliseconds(random.Next(1, 1_000)),
        Budget = random.Next(1, 5) / 4.0,
    };

    private static LimitsConfig Limits(Random random, int oneIn) => new()
    {
        Rpm = random.Next(oneIn) == 0 ? random.Next(2, 20) : null,
        Tpm = random.Next(2 * oneIn) == 0 ? random.Next(170, 241) : null,
        Concurrency = random.Next(oneIn) == 0 ? random.Next(1, 4) : null,
    };

    private static List<(BudgetPeriod, long)> Budgets(Random random, int least) =>
        [.. new[] { BudgetPeriod.Minute, BudgetPeriod.Hour, BudgetPeriod.Day, BudgetPeriod.Total }.Where(_ => random.Next(5) == 0).Select(p => (p, random.NextInt64(least, least * 15L)))];

    private IEnumerable<SimRequest> Arrivals(Random random)
    {
        var isStream = random.Next(2) == 0;
        var at = TimeSpan.Zero;
        for (var i = 0; i < (_hedges ? 120 : 60); i++)
        {
            at += TimeSpan.FromMilliseconds(random.Next(1, random.Next(4) == 0 ? 10_000 : 1_000));
            yield return new(i, at + (i * Apart), random.Next(3), random.Next(3), random.Next(1, 60), (ulong)random.NextInt64(), _hedges ? isStream : random.Next(2) == 0, random.Next(2) == 0,
                random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 5_000)) + (Apart / 2) : null);
        }
    }
}
