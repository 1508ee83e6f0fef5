namespace Gateway.Admission;

/// <summary>The limits of one owner as they are now.</summary>
/// <param name="Running">Attempts that were let in and have not settled.</param>
/// <param name="Concurrency">The most that may run; null: any number.</param>
/// <param name="Rates">Requests and tokens a minute; null where there is no limit.</param>
internal sealed record ScopeStatus(OwnerKind Kind, string Owner, int Running, int? Concurrency, RateLimitHeaders Rates, IReadOnlyList<BudgetStatus> Budgets);
