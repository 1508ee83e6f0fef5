using System.Collections.Concurrent;

namespace Gateway.Cache;

/// <summary>Answers at hand, by SIEVE (Zhang and others, NSDI 2024): new ones at the head, and a hand that goes from the tail to the head, spares what was asked for since it last passed, and takes the rest.</summary>
/// <remarks>A hit sets a flag and takes no lock; only what is added or removed does.</remarks>
internal sealed class MemoryTier
{
    private readonly ConcurrentDictionary<CacheKey, Node> _nodes = new();
    private readonly LinkedList<Node> _order = new();
    private readonly Lock _changing = new();
    private LinkedListNode<Node>? _hand;
    private long _bytes;

    /// <summary>What the answers take.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public int Count => _nodes.Count;

    /// <summary>The answer of that key which may still be given; one that may not is forgotten.</summary>
    public CachedAnswer? Find(CacheKey key, DateTimeOffset now, CachePurges purges)
    {
        if (!_nodes.TryGetValue(key, out var node)) return null;
        if (node.Answer.IsGood(now, purges))
        {
            if (!node.Visited) node.Visited = true;
            return node.Answer;
        }

        lock (_changing) Remove(node);
        return null;
    }

    /// <summary>Takes an answer in, in the place of one of the same key; others make room.</summary>
    /// <param name="capacity">Bytes of all answers at most.</param>
    public void Add(CacheKey key, CachedAnswer answer, long capacity)
    {
        if (answer.Size > capacity) return;
        lock (_changing)
        {
            if (_nodes.TryGetValue(key, out var former)) Remove(former);
            while (_bytes + answer.Size > capacity && Evict())
            {
            }

            var node = new Node(key, answer);
            node.Place = _order.AddFirst(node);
            _nodes[key] = node;
            Interlocked.Add(ref _bytes, answer.Size);
        }
    }

    /// <summary>Forgets every answer of which that is true.</summary>
    public int Remove(Predicate<CachedAnswer> which)
    {
        lock (_changing)
        {
            var removed = 0;
            foreach (var (_, node) in _nodes.Where(n => which(n.Value.Answer)))
            {
                Remove(node);
                removed++;
            }

            return removed;
        }
    }

    private bool Evict()
    {
        var at = _hand ?? _order.Last;
        while (at is { Value.Visited: true })
        {
            at.Value.Visited = false;
            at = at.Previous ?? _order.Last;
        }

        if (at is null) return false;
        _hand = at;   // Remove moves it on
        Remove(at.Value);
        return true;
    }

    private void Remove(Node node)
    {
        if (node.Place is not { List: not null } place) return;
        if (ReferenceEquals(_hand, place)) _hand = place.Previous;
        _order.Remove(place);
        _nodes.TryRemove(new(node.Key, node));
        Interlocked.Add(ref _bytes, -node.Answer.Size);
    }

    private sealed class Node(CacheKey key, CachedAnswer answer)
    {
        private volatile bool _visited;

        public CacheKey Key => key;

        public CachedAnswer Answer => answer;

        public LinkedListNode<Node>? Place { get; set; }

        public bool Visited
        {
            get => _visited;
            set => _visited = value;
        }
    }
}
