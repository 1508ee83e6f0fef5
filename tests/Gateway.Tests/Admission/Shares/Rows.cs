using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Tests.Support;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission.Shares;

/// <summary>A ledger of one key and one team: who spent how many tokens when.</summary>
internal sealed class Rows : StubLedgerStore
{
    private readonly List<(string? Instance, DateTimeOffset At, long Tokens)> _rows = [];

    public void Add(string? instance, DateTimeOffset at, long tokens) => _rows.Add((instance, at, tokens));

    /// <summary>How many were asked for.</summary>
    public int Sums { get; private set; }

    public override ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        Sums++;
        return new(Sum(query));
    }

    private IReadOnlyList<UsageSum> Sum(UsageQuery query) =>
    [
        .. _rows.Where(r => (query.Filter.From is not { } from || r.At >= from) && (query.Filter.To is not { } to || r.At < to))
            .GroupBy(r => string.Join('|', query.GroupBy.Select(d => Value(r.Instance, r.At, d))), StringComparer.Ordinal)
            .Select(g => new UsageSum([.. query.GroupBy.Select(d => Value(g.First().Instance, g.First().At, d))], g.Count(), default(TokenUsage), new NanoUsd(g.Sum(static r => r.Tokens) * NanoPerToken))),
    ];

    private static string? Value(string? instance, DateTimeOffset at, UsageDimension dimension) => dimension switch
    {
        UsageDimension.Key => "web-app",
        UsageDimension.Team => "growth",
        UsageDimension.Instance => instance,
        UsageDimension.Minute => $"{at:yyyy-MM-ddTHH:mm}",
        UsageDimension.Hour => $"{at:yyyy-MM-ddTHH}",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };
}
