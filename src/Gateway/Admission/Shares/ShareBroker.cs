using System.Globalization;
using System.Runtime.InteropServices;
using Gateway.Core.Stores;

namespace Gateway.Admission.Shares;

/// <summary>
/// Gets and gives back shares, for all requests of this gateway together: while one exchange with the store is under way, what others need is collected for the next. One round trip
/// serves everybody who waits.
/// </summary>
/// <param name="budgetsEndAfter">How long after this gateway was last heard of others may have what it has of budgets; null: never.</param>
internal sealed class ShareBroker(IShareStore store, Instance instance, TimeProvider time, ILogger<ShareBroker> logger, TimeSpan? budgetsEndAfter = null) : IShareQueue, IDisposable
{
    /// <summary>What a request waits for the store at most: it has clients that wait too. A server that is silent is given up after 6 s, and from then on nobody waits.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly Instance _self = instance with { EndsAfter = budgetsEndAfter };
    private readonly Lock _lock = new();
    private readonly HashSet<Share> _tended = [];
    private readonly SemaphoreSlim _exchanging = new(1);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private Dictionary<Share, (long Least, long All)> _needs = [];
    private bool _isAsked;
    private TaskCompletionSource<bool> _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isFirst = true;
    private volatile bool _isAway;
    private long _heard;
    private long _number = -1;
    private long _exchanges;
    private long _failures;

    /// <summary>Whether the last exchange failed: nothing more is granted until one succeeds.</summary>
    public bool IsAway => _isAway;

    /// <summary>How long the store was not heard of.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>Whether that is so long that other gateways may count this one as dead.</summary>
    public bool IsStale => Silence > ShareTimes.Death;

    public TimeSpan? BudgetsEndAfter => budgetsEndAfter;

    /// <summary>Whether somebody waits for the next exchange.</summary>
    public bool IsAsked
    {
        get
        {
            lock (_lock)
                return _isAsked;
        }
    }

    public long Exchanges => Interlocked.Read(ref _exchanges);

    public long Failures => Interlocked.Read(ref _failures);

    public string Instance => _self.Id;

    public void Tend(Share share, bool isUrgent)
    {
        lock (_lock)
        {
            share.IsTended = true;
            _tended.Add(share);
        }
        if (isUrgent)
            Wake();
    }

    /// <summary>Asks the store for what an attempt lacks.</summary>
    /// <returns>Whether the store answered; what it granted the shares have. Others may take it before the caller does.</returns>
    public async ValueTask<bool> AskAsync(IReadOnlyList<ShareNeed> needs, CancellationToken cancellationToken)
    {
        if (_isAway)
            return false;
        Task<bool> answer;
        lock (_lock)
        {
            foreach (var need in needs)
            {
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_needs, need.Share, out var known);
                sum = (known ? Math.Min(sum.Least, need.Amount) : need.Amount, BudgetWindow.Sum(sum.All, need.Amount));
            }
            answer = _waiting.Task;
            _isAsked = true;
        }
        Wake();
        try
        {
            return await answer.WaitAsync(LongestWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Waits until a share asks for more, a request needs something, or it is time for a beat.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => await _wake.WaitAsync(atMost, cancellationToken);

    /// <summary>One exchange with the store, if there is anything to say.</summary>
    /// <param name="isBeat">A second has gone by since the last beat: the others hear that this gateway lives, and what is not needed goes back.</param>
    /// <exception cref="StoreException">The store failed. Who waited has been told.</exception>
    public async Task ExchangeAsync(bool isBeat, CancellationToken cancellationToken)
    {
        await _exchanging.WaitAsync(cancellationToken);
        TaskCompletionSource<bool>? waiting = null;
        try
        {
            (waiting, var needs, var isAsked) = TakeNeeds();
            var noticed = Silence;
            var (shares, requests) = Requests(needs, isBeat, noticed);
            if (requests.Count > 0 || isBeat || isAsked)
            {
                var silence = await ExchangeAsync(shares, requests, cancellationToken);
                if (Endings(silence) > Endings(noticed))
                    await AfterSilenceAsync(needs, silence, cancellationToken);
            }
            waiting.SetResult(true);
        }
        catch (StoreException error)
        {
            Interlocked.Increment(ref _failures);
            if (!_isAway)
                ShareLog.StoreAway(logger, error);
            _isAway = true;
            waiting!.SetResult(false);
            throw;
        }
        finally
        {
            // Ended by a stop: nobody may be left waiting.
            waiting?.TrySetResult(false);
            _exchanging.Release();
        }
    }

    /// <summary>Notes what other gateways spent of budgets that this one begins to share.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task AdoptAsync(IReadOnlyList<PastUse> uses, CancellationToken cancellationToken)
    {
        if (uses.Count > 0)
            await store.AdoptAsync(uses, cancellationToken);
    }

    /// <summary>Gives back everything that is not in use.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task GiveBackAsync(CancellationToken cancellationToken)
    {
        Share[] all;
        lock (_lock)
            all = [.. _tended];
        var now = time.GetTimestamp();
        foreach (var share in all)
        {
            lock (share.Scope.Gate)
                share.Void(now);
        }
        await ExchangeAsync(isBeat: false, cancellationToken);
    }

    /// <summary>Learns what other gateways have of these budgets, for who looks at them. While the store is away they stay as they were last heard.</summary>
    public async Task RefreshAsync(IReadOnlyList<BudgetShare> shares, CancellationToken cancellationToken)
    {
        if (shares.Count == 0 || _isAway)
            return;
        IReadOnlyList<ShareOfOthers> others;
        try
        {
            others = await store.OthersAsync(_self.Id, [.. shares.Select(static s => s.Counted)], cancellationToken);
        }
        catch (StoreException error)
        {
            ShareLog.StillAway(logger, error.Message);
            return;
        }
        for (var i = 0; i < shares.Count; i++)
        {
            lock (shares[i].Scope.Gate)
                shares[i].Know(others[i]);
        }
    }

    public void Dispose()
    {
        _exchanging.Dispose();
        _wake.Dispose();
    }

    /// <summary>A clock that stood still, as that of a paused machine does, did not see the silence: what others may have taken meanwhile is given up, and said at once.</summary>
    private async Task AfterSilenceAsync(Dictionary<Share, (long Least, long All)> needs, TimeSpan silence, CancellationToken cancellationToken)
    {
        ShareLog.Paused(logger, silence == TimeSpan.MaxValue ? "so long that somebody forgot it" : string.Create(CultureInfo.InvariantCulture, $"{silence.TotalSeconds:0} s"));
        var (shares, requests) = Requests(needs, isBeat: false, silence);
        await ExchangeAsync(shares, requests, cancellationToken);
    }

    /// <summary>How many of the times after which others may have something of this gateway's are over.</summary>
    private int Endings(TimeSpan silence) => (silence > ShareTimes.Death ? 1 : 0) + (silence > budgetsEndAfter ? 1 : 0);

    /// <returns>For how long the store had not heard of this process.</returns>
    private async Task<TimeSpan> ExchangeAsync(List<Share> shares, List<ShareRequest> requests, CancellationToken cancellationToken)
    {
        if (_number < 0)
            _number = await store.LastNumberAsync(_self.Id, cancellationToken);
        // Before the answer: a gateway that is held up between the two must count as dead here no later than elsewhere.
        var began = time.GetTimestamp();
        var (silence, grants) = await store.ExchangeAsync(_self, _isFirst, ++_number, requests, cancellationToken);
        Interlocked.Increment(ref _exchanges);
        // Forgotten was who was silent for long; and a predecessor's silence is none of this process's, which had nothing.
        var silent = _isFirst ? TimeSpan.Zero : silence ?? TimeSpan.MaxValue;
        _isFirst = false;
        Volatile.Write(ref _heard, began);
        if (_isAway)
            ShareLog.StoreBack(logger);
        _isAway = false;
        var now = time.GetTimestamp();
        for (var i = 0; i < shares.Count; i++)
        {
            lock (shares[i].Scope.Gate)
            {
                shares[i].Granted(grants[i], requests[i], now, time.TimestampFrequency);
                if (!shares[i].IsAtRest)
                    continue;
                lock (_lock)
                    _tended.Remove(shares[i]);
                shares[i].IsTended = false;
            }
        }
        return silent;
    }

    private (TaskCompletionSource<bool> Waiting, Dictionary<Share, (long Least, long All)> Needs, bool IsAsked) TakeNeeds()
    {
        lock (_lock)
        {
            var taken = (_waiting, _needs, _isAsked);
            _isAsked = false;
            _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _needs = [];
            return taken;
        }
    }

    private (List<Share> Shares, List<ShareRequest> Requests) Requests(Dictionary<Share, (long Least, long All)> needs, bool isBeat, TimeSpan silence)
    {
        Share[] all;
        lock (_lock)
            all = [.. _tended.Union(needs.Keys).GroupBy(static s => (s.Name, s.Span)).Select(Latest)];
        var (shares, requests) = (new List<Share>(), new List<ShareRequest>());
        var now = time.GetTimestamp();
        foreach (var share in all)
        {
            lock (share.Scope.Gate)
            {
                share.Expire(now);
                if (silence > ShareTimes.Death)
                    share.Doubt();
                if (silence > share.EndsAfter)
                    share.Void(now);
                if (isBeat)
                    share.Tick(now);
                if (!needs.TryGetValue(share, out var need) && !share.HasNews && !(isBeat && share.IsAtRest))
                    continue;
                if (!share.IsTended)
                    Tend(share, isUrgent: false);
                shares.Add(share);
                requests.Add(share.Request(need.Least, need.All));
            }
        }
        return (shares, requests);
    }

    /// <summary>A budget that went and came back while something of it was going on may have left a share behind. The store has one entry for both, and one wrong wish would fail all of an exchange.</summary>
    private Share Latest(IEnumerable<Share> shares)
    {
        var latest = shares.MaxBy(static s => s.Number)!;
        _tended.ExceptWith([.. shares.Where(s => s != latest)]);
        return latest;
    }

    private void Wake()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
    }
}
