using Gateway.Config;

namespace Gateway.Tests.Simulation;

/// <summary>An owner's limits as one would explain them: a list of all that was ever let in, summed anew for every question.</summary>
internal sealed class ReferenceOwner(string kind, string name, LimitsConfig limits, IReadOnlyList<(BudgetPeriod Period, long Limit)> budgets)
{
    private readonly List<ReferenceUse> _uses = [];

    public string Kind => kind;

    public string Name => name;

    /// <returns>Null: it fits. Else whether it is the money that does not suffice.</returns>
    public bool? Refuses(DateTimeOffset now, long hold, long tokens)
    {
        var lastMinute = _uses.Where(u => u.At > now.AddMinutes(-1)).ToList();
        if (_uses.Count(static u => !u.IsSettled) >= limits.Concurrency) return false;
        if (lastMinute.Count + 1 > limits.Rpm) return false;
        if (lastMinute.Sum(static u => u.Tokens) + tokens > limits.Tpm) return false;
        return budgets.Any(b => InWindow(b.Period, now).Sum(static u => u.Money) + hold > b.Limit) ? true : null;
    }

    public void Take(ReferenceUse use) => _uses.Add(use);

    public IEnumerable<(string Owner, BudgetPeriod Period, long Spent, long Held)> Status(DateTimeOffset now) => budgets.Select(b =>
        (Name, b.Period, InWindow(b.Period, now).Where(static u => u.IsSettled).Sum(static u => u.Money), InWindow(b.Period, now).Where(static u => !u.IsSettled).Sum(static u => u.Money)));

    private IEnumerable<ReferenceUse> InWindow(BudgetPeriod period, DateTimeOffset now) => _uses.Where(u => period switch
    {
        BudgetPeriod.Minute => Floor(u.At, TimeSpan.FromMinutes(1)) == Floor(now, TimeSpan.FromMinutes(1)),
        BudgetPeriod.Hour => Floor(u.At, TimeSpan.FromHours(1)) == Floor(now, TimeSpan.FromHours(1)),
        BudgetPeriod.Day => u.At.Date == now.Date,
        _ => true,
    });

    private static long Floor(DateTimeOffset at, TimeSpan unit) => at.UtcTicks / unit.Ticks;
}

/// <summary>What an attempt was let in for, and, once it is settled, what it came to.</summary>
internal sealed class ReferenceUse(DateTimeOffset at, long money, long tokens)
{
    public DateTimeOffset At => at;

    public long Money { get; private set; } = money;

    public long Tokens { get; private set; } = tokens;

    public bool IsSettled { get; private set; }

    public void Settle(long cost, long used) => (Money, Tokens, IsSettled) = (cost, used, true);
}
