namespace Gateway.Admission.Shares;

/// <summary>Looks after shares that are in use. Called under the share's lock: quick, and takes no lock of a scope.</summary>
internal interface IShareQueue
{
    /// <summary>How long after the store was last heard of others may have what this gateway has of budgets; null: never.</summary>
    TimeSpan? BudgetsEndAfter { get; }

    /// <param name="isUrgent">It asks for more, and somebody will soon need it.</param>
    void Tend(Share share, bool isUrgent);
}
