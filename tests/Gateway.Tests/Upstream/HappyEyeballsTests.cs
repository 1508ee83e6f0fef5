using System.Net;
using System.Net.Sockets;
using Gateway.Tests.Metering;
using Gateway.Tests.Support;
using Gateway.Upstream;

namespace Gateway.Tests.Upstream;

/// <summary>Which of a name's addresses is connected to, and when the next one is tried (RFC 8305).</summary>
public sealed class HappyEyeballsTests
{
    private static readonly IPAddress A = IPAddress.Parse("10.0.0.1"), B = IPAddress.Parse("10.0.0.2"), V6 = IPAddress.Parse("2001:db8::1"), W6 = IPAddress.Parse("2001:db8::2");

    private readonly ManualTimers _time = new(DateTimeOffset.UnixEpoch);
    private readonly Dictionary<IPAddress, TaskCompletionSource<Socket>> _asked = [];
    private readonly List<CancellationToken> _tokens = [];

    [Fact]
    public async Task The_next_address_is_tried_when_the_first_one_has_not_answered_for_a_while_and_may_win()
    {
        var connecting = Connect(A, B);
        _time.Advance(HappyEyeballs.AttemptDelay - TimeSpan.FromMilliseconds(1));
        _asked.Keys.Should().Equal(A);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await UntilAskedAsync(B);

        using var socket = NewSocket();
        _asked[B].SetResult(socket);

        (await connecting).Should().BeSameAs(socket);
        _tokens[0].IsCancellationRequested.Should().BeTrue("the other attempt is given up");
    }

    [Fact]
    public async Task The_next_address_is_tried_at_once_when_the_first_one_refuses()
    {
        var connecting = Connect(A, B);
        _asked[A].SetException(new SocketException((int)SocketError.ConnectionRefused));
        await UntilAskedAsync(B);

        using var socket = NewSocket();
        _asked[B].SetResult(socket);

        (await connecting).Should().BeSameAs(socket);
    }

    [Fact]
    public async Task What_comes_too_late_is_closed()
    {
        var connecting = Connect(A, B);
        _time.Advance(HappyEyeballs.AttemptDelay);
        await UntilAskedAsync(B);
        using var first = NewSocket();
        _asked[A].SetResult(first);
        (await connecting).Should().BeSameAs(first, "it may still win");

        var late = NewSocket();
        _asked[B].SetResult(late);

        await Ledgers.EventuallyAsync(() => late.SafeHandle.IsClosed, "nobody uses it");
        first.SafeHandle.IsClosed.Should().BeFalse();
    }

    [Fact]
    public async Task Where_no_address_answers_the_last_failure_is_told()
    {
        var connecting = Connect(A, B);
        _asked[A].SetException(new SocketException((int)SocketError.ConnectionRefused));
        await UntilAskedAsync(B);
        _asked[B].SetException(new SocketException((int)SocketError.HostUnreachable));

        (await connecting.Invoking(static c => c).Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.HostUnreachable);
    }

    [Fact]
    public async Task Who_does_not_want_to_wait_any_longer_ends_all_attempts()
    {
        using var stop = new CancellationTokenSource();
        var connecting = HappyEyeballs.ConnectAsync([A, B], ConnectAsync, _time, stop.Token);
        _time.Advance(HappyEyeballs.AttemptDelay);
        await UntilAskedAsync(B);

        await stop.CancelAsync();

        await connecting.Invoking(static c => c).Should().ThrowAsync<OperationCanceledException>();
        _tokens.Should().HaveCount(2).And.OnlyContain(static t => t.IsCancellationRequested);
    }

    [Fact]
    public void The_families_are_tried_by_turns() =>
        HappyEyeballs.ByTurns([V6, W6, A, B]).Should().Equal(V6, A, W6, B);

    private Task<Socket> Connect(params IPAddress[] addresses) => HappyEyeballs.ConnectAsync(addresses, ConnectAsync, _time, CancellationToken.None);

    private Task<Socket> ConnectAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var connection = new TaskCompletionSource<Socket>();
        lock (_asked)
        {
            _asked.Add(address, connection);
            _tokens.Add(cancellationToken);
        }

        return connection.Task;
    }

    private Task UntilAskedAsync(IPAddress address) => Ledgers.EventuallyAsync(() => HasAsked(address), $"{address} to be tried");

    private bool HasAsked(IPAddress address)
    {
        lock (_asked) return _asked.ContainsKey(address);
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
