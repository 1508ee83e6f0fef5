using Gateway.Core.Stores;

namespace Gateway.Tests.Admission.Shares;

/// <summary>The store of shares in plain arithmetic: what PostgreSQL's statements have to come to.</summary>
internal sealed class ModelShareStore(TimeProvider time) : IShareStore
{
    public static readonly TimeSpan UsedAfter = TimeSpan.FromMinutes(10);

    public enum Fault { None, BeforeCommit, AfterCommit }

    private readonly Dictionary<(string Name, long Span, string Instance), (long Granted, long Used, DateTimeOffset? Until)> _leases = [];
    private readonly Dictionary<string, (Instance Instance, DateTimeOffset Seen)> _instances = [];

    /// <summary>What a gateway has counts as used when it is silent for so long.</summary>
    public TimeSpan IsUsedAfter { get; set; } = UsedAfter;

    /// <summary>What happens to the next exchange.</summary>
    public Fault Next { get; set; }

    /// <summary>False: it fails where it is to forget a gateway.</summary>
    public bool IsForgetful { get; set; } = true;

    public int Exchanges { get; private set; }

    public ValueTask MigrateAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<ShareAnswer> ExchangeAsync(Instance instance, bool isFirst, long number, IReadOnlyList<ShareRequest> requests, CancellationToken cancellationToken)
    {
        var fault = Next;
        Next = Fault.None;
        if (fault == Fault.BeforeCommit)
            throw new StoreException("away");
        // As PostgreSQL says it: ON CONFLICT DO UPDATE command cannot affect row a second time.
        if (requests.DistinctBy(static r => (r.Name, r.Span)).Count() != requests.Count)
            throw new StoreException("21000");
        Exchanges++;
        var now = time.GetUtcNow();
        TimeSpan? silence = _instances.TryGetValue(instance.Id, out var known) ? now - known.Seen : null;
        _instances[instance.Id] = (instance, now);
        if (isFirst)
        {
            foreach (var (key, lease) in _leases.Where(l => l.Key.Instance == instance.Id && (l.Value.Until is null || l.Value.Until > now)).ToList())
                _leases[key] = lease with { Granted = 0, Used = 0 };
        }
        // All wishes see what was there before any of them.
        var grants = requests.Select(r => Grant(instance.Id, r, now)).ToList();
        foreach (var (request, grant) in requests.Zip(grants))
            _leases[(request.Name, request.Span, instance.Id)] = (grant.Has, request.Used, request.Until);
        return fault == Fault.AfterCommit ? throw new StoreException("cut") : new(new ShareAnswer(silence, grants));
    }

    public ValueTask<long> LastNumberAsync(string instance, CancellationToken cancellationToken) => new(0);

    public ValueTask AdoptAsync(IReadOnlyList<PastUse> uses, CancellationToken cancellationToken)
    {
        var unknown = uses.Where(u => !_leases.Keys.Any(l => l.Name == u.Name && l.Instance == u.Instance && l.Span >= u.From)).ToList();
        foreach (var use in unknown)
            _leases.TryAdd((use.Name, use.Span, use.Instance), (use.Used, use.Used, use.Until));
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<ShareOfOthers>> OthersAsync(string instance, IReadOnlyList<ShareSpan> spans, CancellationToken cancellationToken) => new(
        [.. spans.Select(s => Sum(_leases.Where(l => l.Key.Name == s.Name && l.Key.Span >= s.From && l.Key.Instance != instance)))]);

    public ValueTask<IReadOnlyList<Lease>> LeasesAsync(CancellationToken cancellationToken) => new(
        [.. _leases.Where(l => l.Key.Name.StartsWith("budget ", StringComparison.Ordinal) && !(l.Value.Until <= time.GetUtcNow()))
            .Select(static l => new Lease(l.Key.Name, l.Key.Span, l.Key.Instance, l.Value.Granted, l.Value.Used))]);

    public ValueTask<IReadOnlyList<InstanceStatus>> InstancesAsync(CancellationToken cancellationToken) => new(
        [.. _instances.Values.OrderBy(static i => i.Instance.Id, StringComparer.Ordinal).Select(i => new InstanceStatus(i.Instance, i.Seen, time.GetUtcNow(), Unused(i.Instance.Id)))]);

    public ValueTask<long?> ReleaseAsync(string instance, TimeSpan deadAfter, IReadOnlyList<LedgerSpend> spent, CancellationToken cancellationToken)
    {
        if (!IsDead(instance, deadAfter))
            return new((long?)null);
        var before = Unused(instance);
        foreach (var (key, lease) in _leases.Where(l => l.Key.Instance == instance).ToList())
        {
            if (spent.FirstOrDefault(s => s.Name == key.Name && s.Span == key.Span) is { } rows)
                _leases[key] = lease with { Granted = Math.Max(lease.Used, rows.Spent), Used = Math.Max(lease.Used, rows.Spent) };
        }
        return new(before - Unused(instance));
    }

    public ValueTask<bool> ForgetAsync(string instance, TimeSpan deadAfter, CancellationToken cancellationToken)
    {
        if (!IsForgetful)
            throw new StoreException("cut");
        if (!IsDead(instance, deadAfter))
            return new(false);
        _instances.Remove(instance);
        foreach (var (key, _) in _leases.Where(l => l.Key.Instance == instance && l.Key.Name.StartsWith("rate ", StringComparison.Ordinal)).ToList())
            _leases.Remove(key);
        return new(true);
    }

    public ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var gone = _leases.Where(l => l.Value.Until < before
            || (l.Key.Name.StartsWith("rate ", StringComparison.Ordinal) && !(_instances.TryGetValue(l.Key.Instance, out var i) && i.Seen >= before))).ToList();
        foreach (var (key, _) in gone)
            _leases.Remove(key);
        return new(gone.Count);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ShareGrant Grant(string instance, ShareRequest request, DateTimeOffset now)
    {
        var counted = _leases.Where(l => l.Key.Name == request.Name && l.Key.Span >= request.From
            && (l.Key.Instance != instance || l.Key.Span != request.Span)
            && (request.Grace is null || l.Key.Instance == instance || (_instances.TryGetValue(l.Key.Instance, out var i) && i.Seen + request.Grace > now))).ToList();
        var left = request.Limit - request.Has - counted.Sum(static l => l.Value.Granted);
        var given = 0L;
        if (left >= Math.Max(1, request.Needs))
        {
            given = Math.Min(left, request.Asked);
            given += Math.Min(request.Likes, (left - given) / 8);
        }
        return new(request.Has + given, left - given, Sum(counted.Where(l => l.Key.Instance != instance)));
    }

    private ShareOfOthers Sum(IEnumerable<KeyValuePair<(string, long, string Instance), (long Granted, long Used, DateTimeOffset?)>> leases)
    {
        var all = leases.ToList();
        return new(all.Sum(static l => l.Value.Granted), all.Sum(l => _instances.ContainsKey(l.Key.Instance) && !IsDead(l.Key.Instance, IsUsedAfter) ? l.Value.Used : Math.Max(l.Value.Used, l.Value.Granted)));
    }

    private bool IsDead(string instance, TimeSpan deadAfter) => _instances.TryGetValue(instance, out var known) && known.Seen + deadAfter < time.GetUtcNow();

    private long Unused(string instance) =>
        _leases.Where(l => l.Key.Instance == instance && l.Key.Name.StartsWith("budget ", StringComparison.Ordinal)).Sum(static l => Math.Max(0, l.Value.Granted - l.Value.Used));
}
