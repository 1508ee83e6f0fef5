namespace Gateway.Config.Values;

/// <summary>What the whole gateway and a part of it can set.</summary>
internal static class Policies
{
    public static readonly ChoiceKind<UnpricedPolicy> Unpriced = new([("reject", UnpricedPolicy.Reject), ("allow", UnpricedPolicy.Allow)]);

    public static readonly ChoiceKind<DisconnectPolicy> OnDisconnect = new([("cancel", DisconnectPolicy.Cancel), ("drain", DisconnectPolicy.Drain)]);

    public static readonly ChoiceKind<StoreFailurePolicy> OnStoreFailure = new([("lease", StoreFailurePolicy.Lease), ("reject", StoreFailurePolicy.Reject)]);

    public static readonly ChoiceKind<ErrorStatusPolicy> ErrorStatus = new([("gateway", ErrorStatusPolicy.Gateway), ("upstream", ErrorStatusPolicy.Upstream)]);

    /// <summary>0 s: never.</summary>
    public static readonly DurationKind Keepalive = new(TimeSpan.Zero, TimeSpan.FromHours(1));
}
