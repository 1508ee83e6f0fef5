namespace Gateway.Routing;

/// <summary>The running configuration. Reads are one volatile load.</summary>
internal sealed class SnapshotHolder
{
    private GatewaySnapshot? _current;

    public GatewaySnapshot Current => Volatile.Read(ref _current) ?? throw new InvalidOperationException("no configuration has been loaded yet");

    public void Swap(GatewaySnapshot next) => Volatile.Write(ref _current, next);
}
