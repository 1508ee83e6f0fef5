using System.Diagnostics;
using System.Reflection;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Overload;
using Gateway.Pipeline;
using Gateway.Routing;
using Gateway.Tests.Support;
using Gateway.Tests.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Overload;

public sealed class OverloadGuardTests : IDisposable
{
    private readonly ManualTimers _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly TelemetryRig _rig = new();
    private readonly FairGate _gate;
    private readonly OverloadGuard _guard;

    public OverloadGuardTests()
    {
        _gate = new(_time);
        _guard = new(_gate, _rig.Telemetry);
        _gate.Configure(1, 100);
    }

    [Fact]
    public async Task Who_entered_leaves_once_and_who_never_did_leaves_nothing()
    {
        _gate.Configure(1, 0);
        var (entered, refused) = (Call(), Call());

        (await EnterAsync(entered)).Should().BeNull();
        (await EnterAsync(refused))!.Kind.Should().Be(ErrorKind.Overloaded);
        _guard.Leave(refused);
        _gate.InUse.Should().Be(1);
        _guard.Leave(entered);
        _guard.Leave(entered);

        _gate.InUse.Should().Be(0);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(200, 3)]
    [InlineData(30_000, 60)]
    public async Task A_refusal_says_in_whole_seconds_when_the_queue_will_be_empty(int turn, int seconds)
    {
        await Task.WhenAll(Waiting(20, turn));
        _gate.Configure(1, 10);

        var refused = await EnterAsync(Call());

        refused!.RetryAfter.Should().Be(TimeSpan.FromSeconds(seconds), "ten wait, and it would be the eleventh");
        refused.Message.Should().EndWith($"Try again in {seconds} s.");
    }

    [Fact]
    public async Task The_time_it_waited_is_not_the_gateways_own_and_is_counted_by_team()
    {
        (await EnterAsync(Call())).Should().BeNull();
        var call = Call();
        var waiting = EnterAsync(call);
        _time.Advance(TimeSpan.FromMilliseconds(120));

        _gate.Leave();

        (await waiting).Should().BeNull();
        call.Elapsed.Should().Be(TimeSpan.FromMilliseconds(120));
        call.Overhead.Should().Be(TimeSpan.Zero);
        TelemetryRig.Text(_rig.Metrics.QueueWait).Should().Contain("gateway_queue_wait_seconds_sum{team=\"growth\"} 0.12").And.Contain("le=\"0.1\"} 0").And.Contain("le=\"0.25\"} 1");
    }

    [Fact]
    public async Task Refusals_are_counted_by_team_and_reason_and_an_unknown_team_is_other()
    {
        _gate.Configure(1, 0);
        (await EnterAsync(Call())).Should().BeNull();
        await EnterAsync(Call());
        await EnterAsync(Call(team: null));
        await EnterAsync(Call(team: "of-an-older-configuration"));
        _gate.Configure(1, 1);
        var late = EnterAsync(Call());
        _time.Advance(TimeSpan.FromSeconds(1));
        (await late)!.Message.Should().Contain("did not come in time");

        TelemetryRig.Text(_rig.Metrics.Shed).Should()
            .Contain("{team=\"growth\",reason=\"queue_full\"} 1").And.Contain("{team=\"\",reason=\"queue_full\"} 1")
            .And.Contain("{team=\"other\",reason=\"queue_full\"} 1").And.Contain("{team=\"growth\",reason=\"queue_timeout\"} 1");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(400)]
    public async Task A_request_waits_no_longer_than_its_client_gave_it_and_is_told_so(int before)
    {
        (await EnterAsync(Call())).Should().BeNull();
        var call = Call();
        call.Options = new([], null, null, true, TimeSpan.FromMilliseconds(300));
        _time.Advance(TimeSpan.FromMilliseconds(before));   // since it came
        var waiting = EnterAsync(call);
        _time.Advance(TimeSpan.FromMilliseconds(Math.Max(0, 300 - before)));

        var late = await waiting;

        late.Should().Match<GatewayError>(static e => e.Kind == ErrorKind.UpstreamTimeout && e.IsClientLimit && e.RetryAfter == null);
        late!.Message.Should().Contain("x-gateway-timeout");
        _gate.Waiting.Should().Be(0);
        TelemetryRig.Text(_rig.Metrics.Shed).Should().Contain("{team=\"growth\",reason=\"client_timeout\"} 1").And.NotContain("queue_timeout");
    }

    [Fact]
    public async Task A_client_that_would_wait_longer_than_the_queue_lets_it_is_told_to_come_back()
    {
        (await EnterAsync(Call())).Should().BeNull();
        var call = Call();
        call.Options = new([], null, null, true, TimeSpan.FromMinutes(5));
        var waiting = EnterAsync(call);

        _time.Advance(TimeSpan.FromSeconds(1));

        (await waiting)!.Kind.Should().Be(ErrorKind.Overloaded);
    }

    [Fact]
    public async Task A_client_that_left_is_no_refusal()
    {
        using var client = new CancellationTokenSource();
        (await EnterAsync(Call())).Should().BeNull();
        var call = Call();
        call.Http.RequestAborted = client.Token;
        var waiting = EnterAsync(call);

        await client.CancelAsync();

        (await waiting)!.Kind.Should().Be(ErrorKind.ClientClosed);
        TelemetryRig.Text(_rig.Metrics.Shed).Should().NotContain("reason=");
    }

    [SkippableFact]
    public async Task Nothing_is_allocated_where_nobody_waits()
    {
        var isOptimized = typeof(OverloadGuard).Assembly.GetCustomAttribute<DebuggableAttribute>() is not { IsJITOptimizerDisabled: true };
        Skip.IfNot(isOptimized, "without optimization the compiler allocates an async method's state; the budget overload.enter-leave is of the program as it is shipped");
        var call = Call();
        await EnterAndLeaveAsync(100);   // once, so that it is compiled
        var before = GC.GetAllocatedBytesForCurrentThread();

        await EnterAndLeaveAsync(1000);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);

        async ValueTask EnterAndLeaveAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                if (await EnterAsync(call) is not null) throw new InvalidOperationException("nobody is there");
                _guard.Leave(call);
            }
        }
    }

    public void Dispose() => _rig.Dispose();

    /// <summary>Half a minute of real time is patience: what never ends is a failure, and not a test that hangs.</summary>
    private Task<GatewayError?> EnterAsync(Call call) => _guard.EnterAsync(call).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>So many wait, and half of them get their turn, one every so many milliseconds.</summary>
    private IEnumerable<Task> Waiting(int count, int turn)
    {
        _gate.TryEnter();
        var waiting = Enumerable.Range(0, count).Select(_ => _gate.WaitAsync(new(true, "growth"), 1, TimeSpan.FromHours(1), default).AsTask().WaitAsync(TimeSpan.FromSeconds(30))).ToList();
        for (var i = 0; i < count / 2; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(turn));
            _gate.Leave();
        }

        return waiting.Take(count / 2);
    }

    private Call Call(string? team = "growth")
    {
        var snapshot = new GatewaySnapshot { Generation = 1, Config = new(), Keys = [], Configured = [], Models = new([], [], [], static (_, _) => null) };
        return new(new DefaultHttpContext(), InferenceEndpoint.ChatCompletions, snapshot, "req_1", 0, _time)
        {
            Key = new() { Name = "app", Team = team, Models = null, Config = new() { Name = "app", Hash = default } },
        };
    }
}
