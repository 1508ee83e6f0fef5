using Gateway.Admission.Shares;

namespace Gateway.Metering;

/// <summary>Whether the store is away, by the word of whoever spoke to it last.</summary>
internal sealed class StoreHealth(ILedger ledger, ShareBroker? shares)
{
    public bool IsAway => ledger.IsFailing || shares is { IsAway: true };
}
