using Gateway.Config;

namespace Gateway.Routing;

/// <summary>
/// In which order a request tries a model's targets: as written, or by weighted chance without putting back. The seam where health, cost and latency will choose.
/// </summary>
internal struct TargetOrder(ModelEntry model, ulong chance)
{
    private readonly IReadOnlyList<Target> _targets = model.Targets;
    private readonly bool _weighted = model.Strategy == Strategy.Weighted && model.Targets.Count > 1;
    private ulong _chance = chance;
    private ulong _tried;
    private int _count;

    /// <summary>More targets than bits: the configuration refuses it.</summary>
    public const int MaxTargets = 64;

    /// <returns>The next target, or null when all have been tried.</returns>
    public Target? Next()
    {
        if (_count == _targets.Count) return null;
        var index = _weighted ? Draw() : _count;
        _tried |= 1UL << index;
        _count++;
        return _targets[index];
    }

    private int Draw()
    {
        var sum = 0L;
        for (var i = 0; i < _targets.Count; i++)
            if (IsOpen(i)) sum += _targets[i].Weight;
        if (sum == 0) return FirstOpen();
        var drawn = (long)Math.BigMul(SplitMix.Next(ref _chance), (ulong)sum, out _);
        for (var i = 0; i < _targets.Count; i++)
        {
            if (!IsOpen(i)) continue;
            drawn -= _targets[i].Weight;
            if (drawn < 0) return i;
        }

        return FirstOpen();
    }

    private readonly bool IsOpen(int index) => (_tried & (1UL << index)) == 0;

    private readonly int FirstOpen() => System.Numerics.BitOperations.TrailingZeroCount(~_tried);
}
