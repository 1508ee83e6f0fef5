namespace Gateway.Metering;

/// <summary>How those that append rows wake the thread that moves them: without a system call where it is at work.</summary>
/// <param name="wake">Stays open: whoever asks for a hurry when all is over finds out from the journal.</param>
internal sealed class WriterSignal(AutoResetEvent wake)
{
    private int _isIdle;
    private volatile bool _isHurried;

    /// <summary>Somebody waits: there is no time to collect rows.</summary>
    public bool IsHurried => _isHurried;

    /// <summary>Wakes the writer and keeps it from lingering.</summary>
    public void Hurry()
    {
        _isHurried = true;
        wake.Set();
    }

    /// <summary>The writer begins a round that sees every row there is: a call of <see cref="Hurry"/> after this makes another one.</summary>
    public void BeginRound() => _isHurried = false;

    /// <summary>A row was committed to the journal.</summary>
    public void RowIsThere()
    {
        // The writer says that it is idle, then looks for rows; this commits a row, then looks for an idle writer. With a barrier in both, one of them sees the other.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isIdle) != 0 && Interlocked.Exchange(ref _isIdle, 0) != 0)
            wake.Set();
    }

    /// <summary>To be said by the writer before it looks for rows for the last time.</summary>
    public void BecomeIdle() => Interlocked.Exchange(ref _isIdle, 1);

    public void BecomeBusy() => Volatile.Write(ref _isIdle, 0);

    public void Wait(TimeSpan atMost) => wake.WaitOne(atMost);
}
