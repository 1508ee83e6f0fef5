using System.Diagnostics;

namespace Gateway.Admission;

/// <summary>Whose limits a scope keeps. The order is the one in which a request locks its scopes.</summary>
internal enum OwnerKind { Key, Team, Gateway, Function, Target }

internal static class OwnerKinds
{
    /// <summary>The value of the metric label <c>owner_kind</c>, and the word in messages.</summary>
    public static string Label(this OwnerKind kind) => kind switch
    {
        OwnerKind.Key => "key",
        OwnerKind.Team => "team",
        OwnerKind.Gateway => "gateway",
        OwnerKind.Function => "function",
        OwnerKind.Target => "target",
        _ => throw new UnreachableException($"unnamed owner kind {kind}"),
    };
}
