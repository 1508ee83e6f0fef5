namespace Gateway.Admin;

/// <summary>Bounds how often one credential asks: a rate, and a burst of two seconds' worth.</summary>
/// <remarks>GCRA: of each credential one number is kept, the instant at which everything it has asked for would be paid off at the rate.</remarks>
/// <param name="rps">Requests a second.</param>
internal sealed class AdminThrottle(int rps, TimeProvider time)
{
    /// <summary>Credentials remembered. Tokens are made by administrators; the bound is for those that were deleted.</summary>
    private const int MaxCredentials = 1000;

    private readonly long _interval = Math.Max(1, time.TimestampFrequency / rps);
    private readonly long _burst = 2 * time.TimestampFrequency;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _paidOffAt = new(StringComparer.Ordinal);

    /// <param name="credential">Its name, not its secret.</param>
    /// <returns>How long it has to wait; null: it may, and this counts.</returns>
    public TimeSpan? Take(string credential)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var paidOffAt = Math.Max(now, _paidOffAt.GetValueOrDefault(credential)) + _interval;
            if (paidOffAt - now > _burst)
                return time.GetElapsedTime(now, paidOffAt - _burst);
            if (_paidOffAt.Count >= MaxCredentials && !_paidOffAt.ContainsKey(credential))
                Forget(now);
            _paidOffAt[credential] = paidOffAt;
            return null;
        }
    }

    /// <summary>Whoever has paid off is as one that never asked.</summary>
    private void Forget(long now)
    {
        foreach (var (credential, paidOffAt) in _paidOffAt)
        {
            if (paidOffAt <= now)
                _paidOffAt.Remove(credential);
        }
    }
}
