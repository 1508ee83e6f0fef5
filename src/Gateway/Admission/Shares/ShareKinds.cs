using Gateway.Config;
using Gateway.Core.Stores;

namespace Gateway.Admission.Shares;

/// <summary>How long a gateway that is not heard of counts as alive, and with it what it has of limits that come back.</summary>
internal static class ShareTimes
{
    /// <summary>15 s: fifteen beats; a server that restarts or a network that is cut for a moment is not a death.</summary>
    public static readonly TimeSpan Death = TimeSpan.FromSeconds(15);

    /// <summary>So much longer than it said a dead gateway's shares of budgets are left alone: what it said to the store a moment before they ended may be on its way yet.</summary>
    /// <remarks>15 s: more than twice what a statement can take before it is given up.</remarks>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
}

/// <summary>Of a budget, in one window. What a dead gateway had is nobody's until it comes back and says what became of it, or <see cref="DeadShares"/> gives it back.</summary>
internal sealed class BudgetShare(ScopeState scope, BudgetWindow window, IShareQueue queue) : Share(scope, NameOf(scope, window.Budget), queue)
{
    private const string Prefix = "budget ";
    private const string RollingPrefix = Prefix + "rolling_";

    public override long InUse => BudgetWindow.Sum(window.Spent, window.Held);

    public override long Used => window.Spent;

    protected override long Limit => window.Budget.Limit;

    public override long Span => window.Calendar.Start;

    protected override long From => window.Budget.CountsFrom(window);

    protected override DateTimeOffset? Until => window.Budget.CountsUntil(window);

    protected override TimeSpan? Grace => null;

    public override TimeSpan? EndsAfter => Queue.BudgetsEndAfter;

    public long SpentByOthers => Math.Min(OthersUsed, OthersHave);

    /// <summary>What others may spend without asking, whether or not it is held for an attempt.</summary>
    public long HeldByOthers => OthersHave - SpentByOthers;

    /// <summary>What to ask for to know <see cref="Share.OthersHave"/>.</summary>
    public ShareSpan Counted => new(Name, From);

    /// <summary>What another gateway spent in this window before the budget was shared.</summary>
    public PastUse PastUse(string instance, long amount) => new(Name, Span, From, Until, instance, amount);

    /// <summary>The name under which the store has the shares of a budget.</summary>
    public static string NameOf(BudgetStatus budget) => Text(budget.OwnerKind, budget.Owner, budget.Period, budget.Timezone, budget.IsRolling);

    /// <summary>Whether the budget of that name rolls.</summary>
    public static bool IsRolling(string name) => name.StartsWith(RollingPrefix, StringComparison.Ordinal);

    private static string NameOf(ScopeState scope, BudgetState budget) => Text(scope.Kind, scope.Name, budget.Period, budget.Timezone, budget.IsRolling);

    // The owner's name last: whatever it contains, no two limits have one name.
    private static string Text(OwnerKind kind, string owner, BudgetPeriod period, string timezone, bool isRolling) =>
        $"{(isRolling ? RollingPrefix : Prefix)}{period.ToString().ToLowerInvariant()} {timezone} {kind.Label()} {owner}";
}

/// <summary>Of requests or tokens a minute. What a dead gateway had used may still lie in the minute.</summary>
internal sealed class RateShare(ScopeState scope, string unit, SlidingWindow window, IShareQueue queue) : Share(scope, $"rate {unit} {scope.Kind.Label()} {scope.Name}", queue)
{
    public override long InUse => window.Used;

    public override long Used => window.Used;

    protected override long Limit => window.Limit ?? 0;

    protected override TimeSpan? Grace => ShareTimes.Death + TimeSpan.FromMinutes(1);

    public override void Expire(long now) => window.Expire(now);
}

/// <summary>Of requests at the same time.</summary>
internal sealed class ConcurrencyShare(ScopeState scope, IShareQueue queue) : Share(scope, $"rate concurrency {scope.Kind.Label()} {scope.Name}", queue)
{
    public override long InUse => Scope.Running;

    public override long Used => Scope.Running;

    protected override long Limit => Scope.Concurrency ?? 0;

    protected override TimeSpan? Grace => ShareTimes.Death;

    // Places come back with every answer: how many were taken in a second says little about how many are needed.
    protected override long Reserve => Math.Min(base.Reserve, (Scope.Running / 4) + 1);
}
