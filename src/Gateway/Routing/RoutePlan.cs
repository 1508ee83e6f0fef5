using System.Numerics;
using Gateway.Config;

namespace Gateway.Routing;

/// <summary>
/// In which order a request tries a model's targets. Each choice is made when it is needed, of the targets that can serve the request, have not been tried and are not left alone
/// by their breaker; one that said it has had enough (429) comes after all others.
/// </summary>
/// <param name="candidates">A bit for each target of the model that can serve the request.</param>
/// <param name="isDry">It is only looked which targets would come: none is entered.</param>
internal struct RoutePlan(ModelEntry model, in RouteAsk ask, ulong candidates, bool isDry = false)
{
    private readonly IReadOnlyList<Target> _targets = model.Targets;
    private readonly RouteAsk _ask = ask;
    private readonly ModelEntry _model = model;
    private ulong _chance = ask.Chance;
    private ulong _open = candidates;

    /// <summary>Seconds that a target is thought to take while the only attempt at it has not answered.</summary>
    private const double Unknown = 5;

    /// <summary>More targets than bits: the configuration refuses it.</summary>
    public const int MaxTargets = 64;

    /// <summary>The least time that a target which was passed over will still be left alone; null: none was.</summary>
    public TimeSpan? Wait { get; private set; }

    /// <summary>A bit for each target that was passed over because its breaker, or its provider's probe, leaves it alone.</summary>
    public ulong LeftAlone { get; private set; }

    /// <summary>The bit of the target that <see cref="Next"/> has returned last.</summary>
    public ulong Last { get; private set; }

    /// <param name="isProbe">See <see cref="Health.TargetHealth.TryEnter"/>.</param>
    /// <returns>The next target, entered, or null when there is none left.</returns>
    public Target? Next(out bool isProbe)
    {
        while (_open != 0)
        {
            var index = Choose(Ready(_open));
            _open &= ~(1UL << index);
            var health = _targets[index].Health;
            isProbe = false;
            if (isDry ? health.Wait is null : health.TryEnter(out isProbe))
            {
                Last = 1UL << index;
                return _targets[index];
            }

            LeftAlone |= 1UL << index;
            var wait = health.Wait ?? TimeSpan.Zero;
            if (Wait is null || wait < Wait) Wait = wait;
        }

        isProbe = false;
        return null;
    }

    /// <summary>These can be tried once more.</summary>
    public void Restart(ulong candidates)
    {
        _open = candidates;
        Wait = null;
    }

    /// <summary>It can be tried, as if it had not been.</summary>
    public void GiveBack(Target target) => _open |= BitOf(target);

    /// <summary>The target's place among the candidates; 0: it is none of this model's.</summary>
    public readonly ulong BitOf(Target target)
    {
        for (var i = 0; i < _targets.Count; i++)
            if (ReferenceEquals(_targets[i], target)) return 1UL << i;
        return 0;
    }

    /// <summary>Of the targets left, those that want requests; where none does, those that are only cooling; else all, for <see cref="Next"/> to see how long they wait.</summary>
    private readonly ulong Ready(ulong open)
    {
        if (_targets.Count == 1) return open;
        var (answering, fresh) = (0UL, 0UL);
        for (var left = open; left != 0; left &= left - 1)
        {
            var bit = left & (~left + 1);
            var health = _targets[BitOperations.TrailingZeroCount(bit)].Health;
            if (health.Wait is not null) continue;
            answering |= bit;
            if (!health.IsCooling) fresh |= bit;
        }

        return fresh != 0 ? fresh : answering != 0 ? answering : open;
    }

    private int Choose(ulong from)
    {
        if (BitOperations.IsPow2(from)) return BitOperations.TrailingZeroCount(from);
        if (_ask.Affinity != 0) return Closest(from);
        return _model.Strategy switch
        {
            Strategy.Ordered => BitOperations.TrailingZeroCount(from),
            Strategy.LeastBusy => Least(from, static (t, _) => t.Health.InFlight),
            Strategy.LeastUsed => Least(from, static (t, _) => Used(t)),
            Strategy.LowestCost => Least(from, static (t, ask) => ask.PriceAt(t)),
            Strategy.LowestLatency => FasterOfTwo(from),
            _ => Draw(from),
        };
    }

    /// <summary>Tokens of the last minute, as a share of the target's own limit where it has one.</summary>
    private static double Used(Target target) => (double)target.Health.TokensPerMinute / (target.Limits.Tpm ?? 1_000_000);

    /// <summary>By weighted chance.</summary>
    private int Draw(ulong from)
    {
        var sum = 0L;
        for (var left = from; left != 0; left &= left - 1) sum += _targets[BitOperations.TrailingZeroCount(left)].Weight;
        if (sum == 0) return BitOperations.TrailingZeroCount(from);
        var drawn = (long)Math.BigMul(SplitMix.Next(ref _chance), (ulong)sum, out _);
        for (var left = from; ; left &= left - 1)
        {
            var index = BitOperations.TrailingZeroCount(left);
            drawn -= _targets[index].Weight;
            if (drawn < 0) return index;
        }
    }

    /// <summary>The target with the least of something; of several, one by chance.</summary>
    private int Least(ulong from, Func<Target, RouteAsk, double> of)
    {
        var (least, best, same) = (double.PositiveInfinity, BitOperations.TrailingZeroCount(from), 1UL);
        for (var left = from; left != 0; left &= left - 1)
        {
            var index = BitOperations.TrailingZeroCount(left);
            var value = of(_targets[index], _ask);
            if (value > least) continue;
            if (value < least) (least, best, same) = (value, index, 1);
            else if (Math.BigMul(SplitMix.Next(ref _chance), ++same, out _) == 0) best = index;
        }

        return best;
    }

    /// <summary>Two by chance, and of them the one that promises its first byte sooner: nearly as good as the best of all, and never do all requests run to the same one.</summary>
    private int FasterOfTwo(ulong from)
    {
        var (a, b) = (Any(from), 0);
        b = Any(from & ~(1UL << a));
        return Promise(_targets[a]) <= Promise(_targets[b]) ? a : b;
    }

    /// <summary>Seconds. A target of which nothing is known, or nothing of late, is worth a try: one at a time.</summary>
    private readonly double Promise(Target target) =>
        target.Health.Latency(_ask.IsStream).Recent(out _) is { } average ? average.TotalSeconds * (target.Health.InFlight + 1) : target.Health.InFlight * Unknown;

    private int Any(ulong from)
    {
        var nth = (int)Math.BigMul(SplitMix.Next(ref _chance), (ulong)BitOperations.PopCount(from), out _);
        for (; nth > 0; nth--) from &= from - 1;
        return BitOperations.TrailingZeroCount(from);
    }

    /// <summary>
    /// Rendezvous hashing: each of the client's sessions ranks the targets in an order of its own, by weight, so that a target which is away moves its own sessions and no others.
    /// </summary>
    private readonly int Closest(ulong from)
    {
        var (most, best) = (double.NegativeInfinity, BitOperations.TrailingZeroCount(from));
        for (var left = from; left != 0; left &= left - 1)
        {
            var index = BitOperations.TrailingZeroCount(left);
            var target = _targets[index];
            if (target.Weight == 0) continue;
            var state = _ask.Affinity ^ target.Affinity;
            var uniform = ((SplitMix.Next(ref state) >> 11) + 1) * (1.0 / (1UL << 53));
            var score = -target.Weight / Math.Log(uniform);
            if (score > most) (most, best) = (score, index);
        }

        return best;
    }
}
