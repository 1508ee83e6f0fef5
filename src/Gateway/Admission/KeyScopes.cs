namespace Gateway.Admission;

/// <summary>
/// The scopes every request of a key goes through, resolved when the configuration is compiled: a request looks nothing up. Keys without limits of their own share one
/// instance.
/// </summary>
internal sealed class KeyScopes
{
    private readonly ScopeState[] _owners;

    /// <param name="owners">Key, team, gateway, function in this order; null where one has nothing to enforce.</param>
    public KeyScopes(params ReadOnlySpan<ScopeState?> owners)
    {
        _owners = [.. owners.ToArray().OfType<ScopeState>()];
        Budgeted = Array.Find(_owners, static o => !o.Budgets.IsEmpty);
        IsMetered = Array.Exists(_owners, static o => !o.Budgets.IsEmpty || o.LimitsTokens);
    }

    /// <summary>Key, team, gateway, function in this order, without those that have nothing to enforce.</summary>
    public ReadOnlySpan<ScopeState> Owners => _owners;

    /// <summary>The same for requests for a function with limits of its own.</summary>
    public KeyScopes And(ScopeState function) => new([.. _owners, function]);

    /// <summary>The first of them that has a budget, or null.</summary>
    public ScopeState? Budgeted { get; }

    /// <summary>Whether what an attempt can use at most matters to any of them: it has a budget or a limit of tokens.</summary>
    public bool IsMetered { get; }
}
