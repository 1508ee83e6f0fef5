namespace Gateway.Config.Values;

/// <summary>What both the whole gateway and one model can set.</summary>
internal static class Policies
{
    public static readonly ChoiceKind<UnpricedPolicy> Unpriced = new([("reject", UnpricedPolicy.Reject), ("allow", UnpricedPolicy.Allow)]);

    /// <summary>0 s: never.</summary>
    public static readonly DurationKind Keepalive = new(TimeSpan.Zero, TimeSpan.FromHours(1));
}
