namespace Gateway.Upstream;

/// <summary>
/// The timers of one attempt, and the tokens that stop it: first byte, idle, flush and total share a slot, since only one of the first three runs at a time.
/// Used by one request at a time; <see cref="Deadlines"/> looks on from its own thread.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private const long Never = long.MaxValue;

    /// <summary>How long an answer that nobody waits for is read at most.</summary>
    /// <remarks>Long enough for what providers bill in full; short enough for a slot that nobody uses.</remarks>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromMinutes(1);

    private readonly Deadlines _all;
    private readonly bool _drains;
    private readonly StopReason _totalReason;
    private readonly Func<bool>? _isWanted;
    private readonly CancellationTokenSource _stop = new(), _stopWriting = new();
    private CancellationTokenRegistration _client;
    private long _phaseDue = Never;
    private long _totalDue = Never;
    private readonly long _providersDue;
    private long _beatDue = Never;
    private IPulse? _pulse;
    private int _phase;
    private int _reason;
    private volatile bool _clientHasLeft;

    internal Deadline? Next, Previous;

    /// <param name="clientGone">Fires when the client leaves.</param>
    /// <param name="drains">Whether the attempt goes on for a while then.</param>
    /// <param name="isWanted">Asked then, on the thread that notices: whether somebody else waits for the answer, so that the attempt goes on as if it drained.</param>
    /// <param name="clientLimit">What is left of the time that the client gave the request; says nothing of the target when it is over, and nothing at all when the client has left.</param>
    public Deadline(Deadlines all, TimeSpan total, CancellationToken clientGone, bool drains = false, Func<bool>? isWanted = null, TimeSpan? clientLimit = null)
    {
        var isClientLimit = clientLimit < total;
        _totalReason = isClientLimit ? StopReason.ClientLimit : StopReason.TotalTimeout;
        _all = all;
        _drains = drains;
        _isWanted = isWanted;
        _providersDue = all.Now + (long)total.TotalMilliseconds;
        _totalDue = isClientLimit ? all.Now + (long)clientLimit!.Value.TotalMilliseconds : _providersDue;
        all.Add(this);
        _client = clientGone.UnsafeRegister(static self => ((Deadline)self!).ClientLeft(), this);
    }

    /// <summary>Nobody waits for the answer any more, though the attempt may go on.</summary>
    public bool ClientHasLeft => _clientHasLeft;

    /// <summary>Stops whatever the attempt is waiting for from its upstream.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>
    /// Stops what is being written to the client: it has left, leaves the answer unread, or the process goes down. A time limit does not: a write that is cancelled resets the
    /// connection, and a client that reads is to have what was sent to it, and to be told.
    /// </summary>
    public CancellationToken WriteToken => _stopWriting.Token;

    /// <summary>What stopped it, or <see cref="StopReason.None"/>.</summary>
    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>Starts the timer of a phase; the one before it is off.</summary>
    /// <param name="reason">What it means when it fires.</param>
    public void Arm(StopReason reason, TimeSpan timeout)
    {
        // The due time is moved out of the way first: a sweep in between sees no timer, never an old time under a new name.
        Volatile.Write(ref _phaseDue, Never);
        Volatile.Write(ref _phase, (int)reason);
        Volatile.Write(ref _phaseDue, _all.Now + (long)timeout.TotalMilliseconds);
    }

    /// <summary>Calls <paramref name="pulse"/> once, so much later, unless the attempt is over by then.</summary>
    public void Beat(IPulse pulse, TimeSpan after)
    {
        _pulse = pulse;
        Volatile.Write(ref _beatDue, _all.Now + (long)after.TotalMilliseconds);
    }

    public void ClientLeft()
    {
        _clientHasLeft = true;
        if (!_drains && _isWanted?.Invoke() != true) Cancel(StopReason.ClientGone);
        else Interlocked.Exchange(ref _totalDue, Math.Min(_providersDue, _all.Now + (long)LongestDrain.TotalMilliseconds));
    }

    public void Cancel(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) == (int)StopReason.None) _stop.Cancel();
        if (reason is StopReason.ClientGone or StopReason.ClientStalled or StopReason.Shutdown) _stopWriting.Cancel();
    }

    public void Dispose()
    {
        _all.Remove(this);
        _client.Dispose();
        // Not disposed: a sweep may hold this deadline still, and a source without timers and handles has nothing to free.
    }

    internal bool IsDue(long now) => now >= Volatile.Read(ref _phaseDue) || now >= Interlocked.Read(ref _totalDue) || now >= Volatile.Read(ref _beatDue);

    internal void Expire(long now)
    {
        var isUnread = (StopReason)Volatile.Read(ref _phase) == StopReason.ClientStalled && now >= Volatile.Read(ref _phaseDue);
        if (now >= Interlocked.Read(ref _totalDue)) Cancel(_clientHasLeft ? StopReason.ClientGone : _totalReason);
        else if (now >= Volatile.Read(ref _phaseDue)) Cancel((StopReason)Volatile.Read(ref _phase));
        if (isUnread) Cancel(StopReason.ClientStalled);   // also of an attempt that another limit has ended
        if (now < Interlocked.Read(ref _beatDue)) return;
        Volatile.Write(ref _beatDue, Never);
        // What ends an attempt has the word: a pulse in the same sweep would commit a status of 200 an instant before the error.
        if (Reason == StopReason.None) _pulse!.Beat();
    }
}
