using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Rig;

/// <summary>What becomes of a question with a marker in it, and of its connection.</summary>
public enum Fate
{
    /// <summary>It is not passed on, and nothing after it.</summary>
    Hold,
    /// <summary>Half of its bytes are passed on, and nothing after them.</summary>
    Halve,
    /// <summary>It is passed on; its answer is not, nor anything after it.</summary>
    Swallow,
    /// <summary>It is passed on, and the connection is cut instead of its answer: whoever asked knows that it went wrong, not whether it was done.</summary>
    Cut,
}

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

    /// <summary>Text that makes a question suffer <see cref="Then"/>; null: none does.</summary>
    public string? Marker { get; init; }

    public Fate Then { get; init; }
}

/// <summary>A TCP relay that breaks connections on demand.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly int _target;
    private long _accepted, _marked, _answersLost;

    /// <param name="targetPort">On 127.0.0.1.</param>
    public FaultProxy(int targetPort)
    {
        _target = targetPort;
        _listener = new(RelayAsync);
    }

    /// <summary>Of connections that come from now on; delay, silence and markers also of those there are.</summary>
    public Fault Fault { get; set; } = Fault.None;

    public string Address => _listener.Address;

    public int Port => new Uri(Address).Port;

    /// <summary>Connections accepted so far.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Questions in which a marker was found.</summary>
    public long Marked => Interlocked.Read(ref _marked);

    /// <summary>Of those, the ones whose answer came and was not passed on.</summary>
    public long AnswersLost => Interlocked.Read(ref _answersLost);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    /// <summary>A connection's two directions know this of each other.</summary>
    private sealed class Relay(Fault fault)
    {
        public Fault AtStart => fault;

        /// <summary>What became of the first question with a marker.</summary>
        public volatile Box? Then;

        public sealed record Box(Fate What);
    }

    private async Task RelayAsync(TcpClient client, CancellationToken stop)
    {
        Interlocked.Increment(ref _accepted);
        var relay = new Relay(Fault);
        using var near = client;
        using var far = new TcpClient();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            if (relay.AtStart.Blackhole)
            {
                await DrainAsync(near.GetStream(), ended.Token);
                return;
            }

            await far.ConnectAsync(IPAddress.Loopback, _target, ended.Token);
            var up = AskAsync(near.GetStream(), far.GetStream(), relay, ended.Token);
            var down = AnswerAsync(far.GetStream(), near, relay, ended.Token);
            await await Task.WhenAny(up, down);
            await ended.CancelAsync();
            await Task.WhenAll(up, down);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One side is gone, so is the other: that is what a relay is.
        }
    }

    private async Task AskAsync(NetworkStream from, NetworkStream to, Relay relay, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        var before = "";
        int read;
        while ((read = await from.ReadAsync(buffer, stop)) > 0)
        {
            if (relay.Then is { What: Fate.Hold or Fate.Halve })
                continue;
            var passed = read;
            if (relay.Then is null && Fault is { Marker: { } marker } fault)
            {
                // The marker may lie across two pieces.
                var text = before + Encoding.Latin1.GetString(buffer, 0, read);
                before = text[Math.Max(0, text.Length - marker.Length + 1)..];
                if (text.Contains(marker, StringComparison.Ordinal))
                {
                    relay.Then = new(fault.Then);
                    passed = fault.Then switch { Fate.Hold => 0, Fate.Halve => read / 2, _ => read };
                    Interlocked.Increment(ref _marked);
                }
            }
            await to.WriteAsync(buffer.AsMemory(0, passed), stop);
        }
    }

    private async Task AnswerAsync(NetworkStream from, TcpClient to, Relay relay, CancellationToken stop)
    {
        var (fault, buffer, isSilent) = (relay.AtStart, new byte[16 * 1024], false);
        var left = fault.CutAfter ?? long.MaxValue;
        while (true)
        {
            var size = fault.Throttle is { } rate ? Math.Max(1, rate / 20) : buffer.Length;
            var read = await from.ReadAsync(buffer.AsMemory(0, Math.Min(size, buffer.Length)), stop);
            if (read == 0)
                return;
            if (relay.Then is { } then)
            {
                if (!isSilent)
                    Interlocked.Increment(ref _answersLost);
                if (then.What == Fate.Cut)
                    return;
                isSilent = true;
            }
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
