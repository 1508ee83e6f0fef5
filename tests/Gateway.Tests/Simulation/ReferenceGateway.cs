using Gateway.Config;

namespace Gateway.Tests.Simulation;

/// <summary>
/// What the gateway should do, written down a second time and without regard for speed: each request is a little process that says how long it sleeps next; the earliest one goes on.
/// Of the product it uses the scrambler of random bits and nothing else.
/// </summary>
internal sealed class ReferenceGateway
{
    private readonly PriorityQueue<IEnumerator<TimeSpan>, (DateTimeOffset At, int Order)> _asleep = new();
    private int _order;

    private ReferenceGateway(Scenario scenario)
    {
        Scenario = scenario;
        Whole = Owner("gateway", scenario.Gateway);
        Teams = [.. scenario.Teams.Select(static t => Owner("team", t))];
        Keys = [.. scenario.Keys.Select(static k => Owner("key", k))];
        Targets = [.. scenario.Targets.Select(t => new ReferenceTarget(t, scenario.Breaker))];
    }

    public Scenario Scenario { get; }

    public Transcript Said { get; } = new();

    public ReferenceOwner Whole { get; }

    public IReadOnlyList<ReferenceOwner> Teams { get; }

    public IReadOnlyList<ReferenceOwner> Keys { get; }

    public IReadOnlyList<ReferenceTarget> Targets { get; }

    public DateTimeOffset Now { get; private set; }

    /// <summary>The provider once answered in full and did not say what it used: the words of its streams are counted from then on.</summary>
    public bool CountsWords { get; set; }

    public static IReadOnlyList<string> Run(Scenario scenario)
    {
        var gateway = new ReferenceGateway(scenario);
        foreach (var request in scenario.Requests) gateway._asleep.Enqueue(new ReferenceRequest(gateway, request).Serve().GetEnumerator(), (scenario.Start + request.At, gateway._order++));
        while (gateway._asleep.TryDequeue(out var process, out var next))
        {
            gateway.Now = next.At;
            if (process.MoveNext()) gateway._asleep.Enqueue(process, (gateway.Now + process.Current, gateway._order++));
        }

        gateway.TellBudgets(static b => b.Period == BudgetPeriod.Total);
        return gateway.Said.Lines;
    }

    public void TellBudgets(Func<(string Owner, BudgetPeriod Period, long Spent, long Held), bool> which) =>
        Said.Budgets(Keys.Concat(Teams).Append(Whole).SelectMany(o => o.Status(Now)).Where(which));

    private static ReferenceOwner Owner(string kind, SimOwner owner) => new(kind, owner.Name, owner.Limits, owner.Budgets);
}
