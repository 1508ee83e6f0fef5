namespace Gateway.Admission;

/// <summary>What was spent and is held of one budget in one window. A reservation keeps the windows it was admitted to, and settles there. Guarded by the scope's lock.</summary>
internal sealed class BudgetWindow(BudgetState budget, CalendarWindow calendar)
{
    public BudgetState Budget { get; } = budget;

    public CalendarWindow Calendar { get; } = calendar;

    /// <summary>Nano-dollars settled in this window.</summary>
    public long Spent { get; private set; }

    /// <summary>Nano-dollars held by running attempts that were admitted in this window.</summary>
    public long Held { get; private set; }

    /// <summary>Nano-dollars a new attempt may hold; never negative.</summary>
    public long Left => Spent >= Budget.Limit ? 0 : Math.Max(0, Budget.Limit - Spent - Held);

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

    /// <summary>Adds to what was spent; stops at the largest amount there is instead of turning negative.</summary>
    public void Charge(long cost) => Spent = cost > long.MaxValue - Spent ? long.MaxValue : Spent + cost;
}
