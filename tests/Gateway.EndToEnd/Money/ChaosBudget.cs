using System.Globalization;
using Gateway.EndToEnd.Rig;

namespace Gateway.EndToEnd.Money;

/// <summary>A budget of the chaos: it is used up all the time, and raised as often.</summary>
/// <param name="owner">Empty for the gateway's own.</param>
/// <param name="named">How a refusal names whose it is.</param>
/// <param name="step">Nano-dollars it has at first, and gets more each time: what some seconds of the load cost.</param>
internal sealed class ChaosBudget(string kind, string owner, string named, long step)
{
    private readonly long _step = step;
    private long _limit = step;
    private int _refused;

    public string Kind => kind;

    /// <summary>For gateway.yaml.</summary>
    public string Yaml => $"budgets: [{{ limit: {Dollars}, period: total }}]";

    /// <summary>Nano-dollars that anybody was ever allowed to spend.</summary>
    public long Limit => Interlocked.Read(ref _limit);

    public int Refused => _refused;

    /// <summary>Somebody was refused since it was raised.</summary>
    public volatile bool IsShort;

    /// <summary>The most that spent and held together were above the limit; below it where negative.</summary>
    public long MostOver { get; private set; } = long.MinValue;

    private string Dollars => (_step / 1e9m).ToString(CultureInfo.InvariantCulture);

    public override string ToString() => $"{named}: {_refused} refused, at most {-MostOver} nano-dollars below the limit of {Limit}";

    public bool Is(BudgetEntry budget) => budget.OwnerKind == kind;

    public bool Pays(LedgerEntry row) => kind switch { "key" => row.Key == owner, "team" => row.Team == owner, _ => true };

    /// <summary>Notes a refusal, if it is this budget's.</summary>
    public void Note(string refusal)
    {
        if (!refusal.Contains($"budget of {named} ", StringComparison.Ordinal))
            return;
        Interlocked.Increment(ref _refused);
        IsShort = true;
    }

    /// <summary>The raise to ask for. The limit counts from here on: whoever may spend it earlier than we hear of it is within it.</summary>
    public string Raise()
    {
        IsShort = false;
        Interlocked.Add(ref _limit, _step);
        var whose = owner.Length == 0 ? "" : $"\"owner\":\"{owner}\",";
        return $$"""{"owner_kind":"{{kind}}",{{whose}}"period":"total","amount_usd":{{Dollars}},"until":"2100-01-01T00:00:00Z","reason":"more"}""";
    }

    public void Look(BudgetEntry budget) => MostOver = Math.Max(MostOver, budget.Spent + budget.Held - Limit);
}
