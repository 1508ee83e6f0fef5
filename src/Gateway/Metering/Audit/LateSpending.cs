using Gateway.Core.Money;
using Gateway.Core.Stores;

namespace Gateway.Metering.Audit;

/// <summary>What a gateway admitted to a budget long after its own attempts had spent all of it.</summary>
/// <remarks>
/// That spending is more than the limit proves nothing: a provider may bill more than an attempt held. But from the moment such an attempt settles nothing more fits, whatever the
/// bounds were. Looked at gateway by gateway, because one learns of another's a little later.
/// </remarks>
/// <param name="limit">The highest it was in the window.</param>
internal sealed class LateSpending(NanoUsd limit)
{
    /// <summary>A minute: a row's duration ends a moment before its budget hears of it, and clocks are set.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, List<(DateTimeOffset At, DateTimeOffset End, NanoUsd Cost)>> _attempts = new(StringComparer.Ordinal);

    /// <param name="cost">The least that it ever cost.</param>
    public void Add(LedgerRow row, NanoUsd cost)
    {
        var gateway = row.Instance ?? "";
        if (!_attempts.TryGetValue(gateway, out var attempts)) _attempts[gateway] = attempts = [];
        attempts.Add((row.At, row.At.AddMilliseconds(row.DurationMs), cost));
    }

    public NanoUsd Sum() => _attempts.Values.Aggregate(NanoUsd.Zero, (sum, attempts) => sum + Late(attempts));

    private NanoUsd Late(List<(DateTimeOffset At, DateTimeOffset End, NanoUsd Cost)> attempts)
    {
        var spent = NanoUsd.Zero;
        foreach (var (_, end, cost) in attempts.OrderBy(static a => a.End))
        {
            spent += cost;
            if (spent >= limit) return attempts.Where(a => a.At > end + Slack).Aggregate(NanoUsd.Zero, static (sum, a) => sum + a.Cost);
        }
        return NanoUsd.Zero;
    }
}
