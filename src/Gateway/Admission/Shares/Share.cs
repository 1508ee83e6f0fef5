using Gateway.Core.Stores;

namespace Gateway.Admission.Shares;

/// <summary>
/// What this gateway may use by itself of a limit that several gateways share. The store keeps the sum of all shares within the limit, so that what is admitted here out of the share
/// needs nobody's word. Guarded by its scope's lock.
/// </summary>
/// <param name="name">Kind of limit and owner, the same in every gateway.</param>
internal abstract class Share(ScopeState scope, string name, IShareQueue queue)
{
    /// <summary>How long a "no" holds without asking again, and how old what is known of the others may be for one.</summary>
    private static readonly TimeSpan DenialTime = TimeSpan.FromMilliseconds(250);

    private const int BeatsOfRest = 3;

    private static long s_made;

    private long _taken;
    private int _idleBeats;
    private long _knownLeft;
    private long _knownUntil;
    private long _overdrawn;
    private (long Allotted, long Used) _told;
    private bool _asksForMore;

    /// <summary>Of two shares with one name and span the later one counts.</summary>
    public long Number { get; } = Interlocked.Increment(ref s_made);

    public ScopeState Scope { get; } = scope;

    protected IShareQueue Queue { get; } = queue;

    public string Name { get; } = name;

    /// <summary>What may be used in all, what is in use included.</summary>
    public long Allotted { get; private set; }

    /// <summary>What may be taken now. Nothing comes free while all shares together are more than the limit: it was lowered, or others took this one's while it counted as dead.</summary>
    public long Free => Allotted - InUse - _overdrawn;

    /// <summary>What the other gateways have, when the store was last asked.</summary>
    public long OthersHave { get; private set; }

    /// <summary>Of that, what is used for good.</summary>
    public long OthersUsed { get; private set; }

    /// <summary>The amount taken in a second lately.</summary>
    public long Demand { get; private set; }

    /// <summary>Whether the queue looks after it. The queue's own note.</summary>
    public bool IsTended { get; set; }

    /// <summary>Counts against <see cref="Allotted"/>.</summary>
    public abstract long InUse { get; }

    /// <summary>Of that, what does not come back.</summary>
    public abstract long Used { get; }

    protected abstract long Limit { get; }

    /// <summary>Where its window begins, ticks; 0 where there is none.</summary>
    public virtual long Span => 0;

    /// <summary>The first span that counts against the limit.</summary>
    protected virtual long From => 0;

    protected virtual DateTimeOffset? Until => null;

    /// <summary>How long what a dead gateway had still counts; null: for ever.</summary>
    protected abstract TimeSpan? Grace { get; }

    /// <summary>How long after the store was last heard of others may have it; null: never.</summary>
    public virtual TimeSpan? EndsAfter => ShareTimes.Death;

    /// <summary>What to keep at hand while nobody asks: a second's worth, and near the end of the limit nothing, so that no gateway keeps what another needs.</summary>
    protected virtual long Reserve => Math.Min(Demand, _knownLeft / 8);

    /// <summary>Brings what goes by with time up to date.</summary>
    public virtual void Expire(long now)
    {
    }

    /// <summary>To be called after something was taken: asks for more in good time, so that no request has to wait for it.</summary>
    public void Took(long amount, long now)
    {
        _taken += amount;
        var isLow = Free < Demand / 2 && now >= _knownUntil;
        if (IsTended && (_asksForMore || !isLow))
            return;
        _asksForMore |= isLow;
        Queue.Tend(this, isLow);
    }

    /// <summary>Whether it is known that there is not so much more anywhere.</summary>
    public bool IsDenied(long amount, long now) => now < _knownUntil && amount > Free + _knownLeft;

    /// <summary>What was used before this process or this share began to count.</summary>
    public void Adopt(long amount)
    {
        Allotted += amount;
        Queue.Tend(this, isUrgent: false);
    }

    /// <summary>A second has gone by: what nobody will need goes back with the next request.</summary>
    public void Tick(long now)
    {
        Expire(now);
        // A pause is bridged, an owner that rests gives everything back.
        _idleBeats = _taken > 0 ? 0 : _idleBeats + 1;
        Demand = _idleBeats < BeatsOfRest ? Math.Max(_taken, Demand / 4) : 0;
        _taken = 0;
        if (Free > 2 * Reserve)
            Allotted -= Free - Reserve;
        else if (Free < 0)
            // What comes back of a share that is too large goes back; and where an attempt used more than its bound, by the provider's word, the store has to know.
            Allotted = InUse;
    }

    /// <summary>The store may have something else written down than what this gateway said: it is said again.</summary>
    public void Doubt() => _told = (-1, -1);

    /// <summary>Nothing can be taken any more without asking.</summary>
    public void Void(long now)
    {
        Expire(now);
        Allotted = Math.Min(Allotted, InUse);
    }

    /// <param name="least">The least that somebody waits for, and <paramref name="asked"/> what all want together; 0 where nobody waits.</param>
    public ShareRequest Request(long least, long asked)
    {
        // What is in use is this gateway's, whoever granted it.
        Allotted = Math.Max(Allotted, InUse);
        return new()
        {
            Name = Name,
            Span = Span,
            From = From,
            Until = Until,
            Limit = Limit,
            Has = Allotted,
            Used = Used,
            // What came back meanwhile serves those that wait too.
            Needs = Math.Max(0, least - Math.Max(0, Free)),
            Asked = Math.Max(0, asked - Math.Max(0, Free)),
            Likes = asked > 0 || _asksForMore ? Math.Max(0, Math.Max(Demand, _taken) + asked - Math.Max(0, Free)) : 0,
            Grace = Grace,
        };
    }

    public void Granted(in ShareGrant grant, ShareRequest request, long now, long frequency)
    {
        // Not the sum in the answer: something may have gone back since.
        Allotted += grant.Has - request.Has;
        Know(grant.Others);
        _asksForMore = false;
        _told = (grant.Has, request.Used);
        (_knownLeft, _overdrawn) = (Math.Max(0, grant.Left), Math.Max(0, -grant.Left));
        _knownUntil = now + (long)(DenialTime.TotalSeconds * frequency);
    }

    public void Know(in ShareOfOthers others) => (OthersHave, OthersUsed) = others;

    /// <summary>Whether the store knows something else than what is so.</summary>
    public bool HasNews => _asksForMore || _overdrawn > 0 || _told != (Allotted, Used);

    /// <summary>Whether nothing will change by itself.</summary>
    public bool IsAtRest => !HasNews && Demand == 0 && Free <= 0 && (Grace is null ? InUse == Used : InUse == 0);
}
