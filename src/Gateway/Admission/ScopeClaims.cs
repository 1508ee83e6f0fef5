using System.Runtime.CompilerServices;

namespace Gateway.Admission;

/// <summary>What an attempt has taken of one scope.</summary>
internal struct ScopeClaim
{
    public ScopeState Scope;

    /// <summary>The budget windows it was admitted to: what it costs is charged to them, whenever that is known.</summary>
    public BudgetWindow[] Windows;

    /// <summary>Where its tokens were counted, or -1 where they were not.</summary>
    public long TokensAt;
}

/// <summary>A request's scopes at most: key, team, gateway, function, target.</summary>
[InlineArray(Length)]
internal struct ScopeClaims
{
    public const int Length = 5;

    private ScopeClaim _first;
}
