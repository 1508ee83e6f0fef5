using System.Net;
using System.Net.Sockets;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Rig;

/// <summary>What a <see cref="FaultProxy"/> does to the connections it accepts from now on.</summary>
public sealed record Fault
{
    public static readonly Fault None = new();

    /// <summary>Before each piece of the answer is passed on.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Bytes of the answer that are passed on before the connection is cut; null: all.</summary>
    public long? CutAfter { get; init; }

    /// <summary>The cut is a reset and not a close.</summary>
    public bool Reset { get; init; }

    /// <summary>Takes everything and passes nothing on, in either direction.</summary>
    public bool Blackhole { get; init; }

    /// <summary>Bytes of the answer per second; null: as fast as it goes.</summary>
    public int? Throttle { get; init; }
}

/// <summary>A TCP relay that breaks connections on demand.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly int _target;
    private long _accepted;

    /// <param name="targetPort">On 127.0.0.1.</param>
    public FaultProxy(int targetPort)
    {
        _target = targetPort;
        _listener = new(RelayAsync);
    }

    /// <summary>Of connections that come from now on; delay and silence also of those there are.</summary>
    public Fault Fault { get; set; } = Fault.None;

    public string Address => _listener.Address;

    /// <summary>Connections accepted so far.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task RelayAsync(TcpClient client, CancellationToken stop)
    {
        Interlocked.Increment(ref _accepted);
        var fault = Fault;
        using var near = client;
        using var far = new TcpClient();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            if (fault.Blackhole)
            {
                await DrainAsync(near.GetStream(), ended.Token);
                return;
            }

            await far.ConnectAsync(IPAddress.Loopback, _target, ended.Token);
            var up = near.GetStream().CopyToAsync(far.GetStream(), ended.Token);
            var down = AnswerAsync(far.GetStream(), near, fault, ended.Token);
            await await Task.WhenAny(up, down);
            await ended.CancelAsync();
            await Task.WhenAll(up, down);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One side is gone, so is the other: that is what a relay is.
        }
    }

    private async Task AnswerAsync(NetworkStream from, TcpClient to, Fault fault, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        var left = fault.CutAfter ?? long.MaxValue;
        var isSilent = false;
        while (true)
        {
            var size = fault.Throttle is { } rate ? Math.Max(1, rate / 20) : buffer.Length;
            var read = await from.ReadAsync(buffer.AsMemory(0, Math.Min(size, buffer.Length)), stop);
            if (read == 0)
                return;
            var now = Fault;
            var delay = fault.Delay > now.Delay ? fault.Delay : now.Delay;
            // Of an answer that was swallowed the rest is of no use to anybody.
            if (isSilent |= now.Blackhole)
                continue;
            if (delay > TimeSpan.Zero)
                await Task.Delay(delay, stop);
            var passed = (int)Math.Min(read, left);
            await to.GetStream().WriteAsync(buffer.AsMemory(0, passed), stop);
            left -= passed;
            if (left == 0)
            {
                if (fault.Reset)
                    to.LingerState = new LingerOption(true, 0);
                return;
            }

            if (fault.Throttle is not null)
                await Task.Delay(TimeSpan.FromMilliseconds(50), stop);
        }
    }

    private static async Task DrainAsync(NetworkStream from, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, stop) > 0)
        {
        }
    }
}
