namespace Gateway.Hosting;

/// <summary>Whether this process wants new requests.</summary>
internal sealed class Lifecycle
{
    private volatile bool _ready;
    private volatile bool _draining;

    public bool IsReady => _ready && !_draining;

    public bool IsDraining => _draining;

    public void Ready() => _ready = true;

    /// <summary>From now on readiness says 503; requests are served on.</summary>
    public void Drain() => _draining = true;
}
