using Gateway.Admission.Shares;

namespace Gateway.Admission;

/// <summary>What was spent and is held of one budget in one window. A reservation keeps the windows it was admitted to, and settles there. Guarded by the scope's lock.</summary>
internal sealed class BudgetWindow
{
    public BudgetWindow(BudgetState budget, CalendarWindow calendar)
    {
        Budget = budget;
        Calendar = calendar;
        Share = budget.ShareOf?.Invoke(this);
    }

    public BudgetState Budget { get; }

    public CalendarWindow Calendar { get; }

    /// <summary>What of the budget this gateway may spend in this window; null where it has the budget to itself.</summary>
    public BudgetShare? Share { get; }

    /// <summary>Nano-dollars settled in this window.</summary>
    public long Spent { get; private set; }

    /// <summary>Nano-dollars held by running attempts that were admitted in this window.</summary>
    public long Held { get; private set; }

    public void Hold(long nano)
    {
        Held += nano;
        Budget.HeldInAllWindows += nano;
    }

    public void Settle(long hold, long cost)
    {
        Hold(-hold);
        Charge(cost);
    }

    public void Charge(long cost) => Spent = Sum(Spent, cost);

    /// <summary>Two amounts, neither of them negative; stops at the largest there is instead of turning negative.</summary>
    public static long Sum(long one, long other) => other > long.MaxValue - one ? long.MaxValue : one + other;
}
