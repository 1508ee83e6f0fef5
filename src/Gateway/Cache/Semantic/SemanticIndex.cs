using System.Collections.Concurrent;

namespace Gateway.Cache.Semantic;

/// <summary>The texts whose answers are kept, by what else they have to have in common (a group), as vectors of length 1. In memory only: it grows anew after a start.</summary>
/// <remarks>A search looks at every text of its group: a thousand of 1,536 dimensions take a third of a millisecond, next to the tens that an embedding takes.</remarks>
internal sealed class SemanticIndex
{
    private readonly ConcurrentDictionary<string, Table> _models = new(StringComparer.Ordinal);   // by label: names that clients make up are one

    /// <summary>The text nearest to that one, however near; null: there is none.</summary>
    public SemanticMatch? Nearest(string model, CacheKey group, ReadOnlySpan<float> vector)
    {
        if (!_models.TryGetValue(model, out var table)) return null;
        SemanticMatch? nearest = null;
        foreach (var entry in table.Of(group))
        {
            if (entry.Vector.Length != vector.Length) continue;   // of another embedding model's time
            var similarity = UnitVector.Dot(entry.Vector, vector);
            if (nearest is null || similarity > nearest.Similarity) nearest = new(entry, similarity);
        }

        return nearest;
    }

    /// <param name="most">Texts of the model at most; the oldest make room.</param>
    public void Add(string model, SemanticEntry entry, int most) => _models.GetOrAdd(model, static _ => new()).Add(entry, most);

    /// <summary>Its answer is there no more.</summary>
    public void Remove(string model, SemanticEntry entry)
    {
        if (_models.TryGetValue(model, out var table)) table.Remove(entry);
    }

    public int Count(string model) => _models.TryGetValue(model, out var table) ? table.Count : 0;

    private sealed class Table
    {
        private readonly Lock _changing = new();
        private readonly Dictionary<CacheKey, SemanticEntry[]> _groups = [];
        private readonly LinkedList<SemanticEntry> _order = new();
        private readonly Dictionary<CacheKey, LinkedListNode<SemanticEntry>> _places = [];   // by the answer's key: one text has one answer

        public int Count
        {
            get
            {
                lock (_changing) return _order.Count;
            }
        }

        /// <summary>As they are now: arrays are replaced and never changed, so that a search holds no lock.</summary>
        public SemanticEntry[] Of(CacheKey group)
        {
            lock (_changing) return _groups.GetValueOrDefault(group) ?? [];
        }

        public void Add(SemanticEntry entry, int most)
        {
            lock (_changing)
            {
                if (_places.TryGetValue(entry.Answer, out var former)) Take(former);
                while (_order.Count >= most) Take(_order.First!);
                _places[entry.Answer] = _order.AddLast(entry);
                _groups[entry.Group] = [.. _groups.GetValueOrDefault(entry.Group) ?? [], entry];
            }
        }

        public void Remove(SemanticEntry entry)
        {
            lock (_changing)
                if (_places.TryGetValue(entry.Answer, out var place) && ReferenceEquals(place.Value, entry)) Take(place);
        }

        private void Take(LinkedListNode<SemanticEntry> place)
        {
            var entry = place.Value;
            _order.Remove(place);
            _places.Remove(entry.Answer);
            var left = _groups[entry.Group].Where(e => !ReferenceEquals(e, entry)).ToArray();
            if (left.Length > 0) _groups[entry.Group] = left;
            else _groups.Remove(entry.Group);
        }
    }
}

/// <param name="Group">What all texts it may answer for have in common.</param>
/// <param name="Answer">Where the answer is.</param>
internal sealed record SemanticEntry(CacheKey Group, CacheKey Answer, float[] Vector);

/// <param name="Similarity">Cosine, -1 to 1.</param>
internal sealed record SemanticMatch(SemanticEntry Entry, double Similarity);
