using Gateway.Core.Money;

namespace Gateway.Cache.Semantic;

/// <summary>How near requests came to ones that were answered, and the last answers that semantic caches in shadow mode would have given, for people to compare. No text: the ids lead to whatever the operator keeps of requests.</summary>
internal sealed class ShadowBook
{
    public const int Kept = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<ShadowAnswer> _answers = new();
    private readonly Dictionary<string, long[]> _similarities = new(StringComparer.Ordinal);

    /// <summary>A request to the model was compared.</summary>
    /// <param name="similarity">With the nearest one; 0: there was none.</param>
    public void Compared(string model, double similarity)
    {
        lock (_gate)
        {
            if (!_similarities.TryGetValue(model, out var counts)) _similarities[model] = counts = new long[101];
            counts[(int)Math.Clamp(Math.Floor((similarity * 100) + 1e-6), 0, 100)]++;   // 0.95 is not 0.9499999
        }
    }

    /// <summary>By hundredths of the similarity, 0 to 100: how many requests came so near and no nearer.</summary>
    public IReadOnlyList<(string Model, long[] Counts)> Similarities(string? model)
    {
        lock (_gate) return [.. _similarities.Where(s => model is null || s.Key == model).OrderBy(static s => s.Key, StringComparer.Ordinal).Select(static s => (s.Key, (long[])s.Value.Clone()))];
    }

    public void Add(ShadowAnswer answer)
    {
        lock (_gate)
        {
            if (_answers.Count == Kept) _answers.Dequeue();
            _answers.Enqueue(answer);
        }
    }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<ShadowAnswer> Of(string? model)
    {
        lock (_gate) return [.. _answers.Where(a => model is null || a.Model == model).Reverse()];
    }
}

/// <param name="RequestId">The request that was made.</param>
/// <param name="OriginalRequestId">The one whose answer it would have got.</param>
/// <param name="Cost">What that did cost.</param>
internal sealed record ShadowAnswer(DateTimeOffset At, string Model, string Key, string RequestId, string OriginalRequestId, double Similarity, NanoUsd Cost);
