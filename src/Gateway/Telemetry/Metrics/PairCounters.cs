using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Gateway.Telemetry.Metrics;

/// <summary>A counter family found by two names and a member of a closed set, by reference first (see <see cref="RequestMetrics"/>).</summary>
/// <param name="find">Makes or finds the series for canonical names.</param>
/// <param name="canonical">Brings two names to their one instance or to <c>other</c>.</param>
internal sealed class PairCounters(Func<PairCounters.Pair, Counter> find, Func<PairCounters.Pair, PairCounters.Pair> canonical)
{
    private readonly ConcurrentDictionary<Pair, Counter> _cells = new();

    public void Increment(string first, string second, int member = 0)
    {
        var pair = new Pair(first, second, member);
        if (!_cells.TryGetValue(pair, out var cell))
        {
            pair = canonical(pair);
            cell = _cells.TryGetValue(pair, out var known) ? known : _cells.GetOrAdd(pair, find);
        }
        cell.Increment();
    }

    /// <summary>Compared by reference.</summary>
    internal readonly struct Pair(string first, string second, int member) : IEquatable<Pair>
    {
        public string First => first;

        public string Second => second;

        public int Member => member;

        public bool Equals(Pair other) =>
            ReferenceEquals(first, other.First) && ReferenceEquals(second, other.Second) && member == other.Member;

        public override bool Equals(object? obj) => obj is Pair other && Equals(other);

        public override int GetHashCode() =>
            (((RuntimeHelpers.GetHashCode(first) * 31) + RuntimeHelpers.GetHashCode(second)) * 31) + member;
    }
}
