using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Admission;

/// <summary>A reservation in this process's counters.</summary>
internal sealed class MemoryReservation : Reservation
{
    private readonly long _tokens;
    private readonly int _scopes;
    private ScopeClaims _claims;
    private int _settled;

    public MemoryReservation(in ScopeClaims claims, int scopes, long tokens)
    {
        _claims = claims;
        _scopes = scopes;
        _tokens = tokens;
    }

    public override void Settle(NanoUsd cost, in TokenUsage usage)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, NanoUsd.Zero);
        if (Interlocked.Exchange(ref _settled, 1) != 0)
            return;
        foreach (ref readonly var claim in ((ReadOnlySpan<ScopeClaim>)_claims)[.._scopes])
        {
            lock (claim.Scope.Gate)
                claim.Scope.Settle(claim, Hold.Value, cost.Value, _tokens, usage.Total);
        }
    }
}
