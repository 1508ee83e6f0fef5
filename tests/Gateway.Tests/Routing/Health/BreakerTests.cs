using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Routing.Health;
using Gateway.Tests.Support;
using Polly.CircuitBreaker;

namespace Gateway.Tests.Routing.Health;

public class BreakerTests
{
    private static readonly BreakerConfig Config = new() { FailureRatio = 0.5, MinAttempts = 4, Window = TimeSpan.FromSeconds(30), Open = TimeSpan.FromSeconds(10) };

    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(6);

    private readonly ManualTime _time = new(new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));
    private readonly List<(bool Open, TimeSpan Pause)> _changes = [];

    [Fact]
    public void It_opens_when_half_of_enough_attempts_have_failed()
    {
        var breaker = New();
        foreach (var good in new[] { true, true, false }) breaker.Report(good, false);
        breaker.State.Should().Be(CircuitState.Closed, "three attempts are too few");
        breaker.Report(false, false);
        breaker.State.Should().Be(CircuitState.Open);
        breaker.Wait.Should().Be(Config.Open);
        breaker.TryEnter(out _).Should().BeFalse();
        _changes.Should().Equal((true, Config.Open));
    }

    [Fact]
    public void Failures_of_long_ago_do_not_count()
    {
        var breaker = New();
        for (var i = 0; i < 3; i++) breaker.Report(false, false);
        _time.Advance(Config.Window + TimeSpan.FromSeconds(5));
        breaker.Report(false, false);
        breaker.State.Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void After_the_break_one_request_probes_and_the_others_wait()
    {
        var breaker = Opened();
        _time.Advance(Config.Open);
        breaker.Wait.Should().BeNull();
        breaker.TryEnter(out var isProbe).Should().BeTrue();
        isProbe.Should().BeTrue();
        breaker.TryEnter(out _).Should().BeFalse("one probes already");
        breaker.Report(true, isProbe: true);
        breaker.State.Should().Be(CircuitState.Closed);
        breaker.TryEnter(out isProbe).Should().BeTrue();
        isProbe.Should().BeFalse();
        _changes.Should().Equal((true, Config.Open), (false, TimeSpan.Zero));
    }

    [Fact]
    public void A_probe_that_never_asked_costs_the_target_nothing()
    {
        var breaker = Opened();
        _time.Advance(Config.Open);
        for (var i = 0; i < 6; i++)
        {
            breaker.TryEnter(out var isProbe).Should().BeTrue("pass {0}", i);
            isProbe.Should().BeTrue();
            breaker.Pass();
            _time.Advance(TimeSpan.FromMilliseconds(2));
        }

        _changes.Should().HaveCount(1, "nothing is known that was not");
        breaker.TryEnter(out _).Should().BeTrue();
        breaker.Report(false, isProbe: true);
        breaker.Wait.Should().BeCloseTo(2 * Config.Open, TimeSpan.FromSeconds(1), "it is the first probe that failed");
    }

    [Fact]
    public void A_time_that_the_client_set_says_nothing_of_the_target()
    {
        FailureVerdict.Of(new(ErrorKind.UpstreamTimeout, "x") { IsClientLimit = true }).Should().Be(Verdict.None);
        FailureVerdict.Of(new(ErrorKind.UpstreamTimeout, "x")).Should().Be(Verdict.Bad);
    }

    [Fact]
    public void Every_probe_that_fails_doubles_the_break_up_to_five_minutes()
    {
        var breaker = Opened();
        var breaks = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            _time.Advance(breaker.Wait!.Value);
            breaker.TryEnter(out var isProbe).Should().BeTrue();
            breaker.Report(false, isProbe);
            breaks.Add(breaker.Wait!.Value.TotalSeconds);
        }

        breaks.Should().Equal(20, 40, 80, 160, 300, 300, 300);
    }

    [Fact]
    public void What_began_before_it_opened_changes_nothing_when_it_ends()
    {
        var breaker = Opened();
        breaker.Report(true, false);
        breaker.Report(false, false);
        breaker.State.Should().Be(CircuitState.Open);
        breaker.Wait.Should().Be(Config.Open);
    }

    [Fact]
    public void Where_the_provider_is_probed_a_probe_closes_it_before_requests_try()
    {
        var breaker = Opened(Lead);
        breaker.AwaitsProbe.Should().BeFalse("the break is not over");
        breaker.Probe(true);
        breaker.State.Should().Be(CircuitState.Open);
        _time.Advance(Config.Open);
        breaker.AwaitsProbe.Should().BeTrue();
        breaker.Wait.Should().Be(Lead);
        breaker.TryEnter(out _).Should().BeFalse();

        breaker.Probe(true);

        breaker.State.Should().Be(CircuitState.Closed);
        _changes.Should().Equal((true, Config.Open), (false, TimeSpan.Zero));
    }

    [Fact]
    public void A_probe_that_fails_doubles_the_break()
    {
        var breaker = Opened(Lead);
        _time.Advance(Config.Open);
        breaker.Probe(false);
        breaker.Wait.Should().Be(Config.Open * 2 + Lead);
    }

    [Fact]
    public void Requests_do_not_wait_for_a_probe_that_never_comes()
    {
        var breaker = Opened(Lead);
        _time.Advance(Config.Open + Lead);
        breaker.TryEnter(out var isProbe).Should().BeTrue();
        isProbe.Should().BeTrue();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(120, true)]
    public void A_probe_that_let_it_close_in_vain_is_not_believed_again(int secondsLater, bool believed)
    {
        var breaker = Opened(Lead);
        _time.Advance(Config.Open);
        breaker.Probe(true);
        _time.Advance(TimeSpan.FromSeconds(secondsLater));
        for (var i = 0; i < Config.MinAttempts; i++) breaker.Report(false, false);
        _time.Advance(Config.Open);

        breaker.AwaitsProbe.Should().Be(believed);
        breaker.Probe(true);

        breaker.State.Should().Be(believed ? CircuitState.Closed : CircuitState.Open);
        breaker.TryEnter(out var isProbe).Should().BeTrue();
        isProbe.Should().Be(!believed, "a client's request decides");
    }

    [Theory]
    [InlineData(ErrorKind.UpstreamRejected, 400)]
    [InlineData(ErrorKind.UpstreamRejected, 404)]
    [InlineData(ErrorKind.BadUpstream, 403)]
    [InlineData(ErrorKind.RateLimited, 429)]
    [InlineData(ErrorKind.ClientClosed, null)]
    [InlineData(ErrorKind.InvalidRequest, null)]
    [InlineData(ErrorKind.BudgetExceeded, null)]
    public void What_clients_can_provoke_never_takes_a_target_from_others(ErrorKind kind, int? status)
    {
        var health = Models.Health("acme", "m", Config, _time);
        for (var i = 0; i < 100; i++) health.Failed(new(kind, "") { UpstreamStatus = status }, false, true, TimeSpan.Zero);
        health.TryEnter(out _).Should().BeTrue();
    }

    [Theory]
    [InlineData(ErrorKind.BadUpstream, 500)]
    [InlineData(ErrorKind.BadUpstream, 401)]
    [InlineData(ErrorKind.BadUpstream, null)]
    [InlineData(ErrorKind.UpstreamTimeout, null)]
    public void What_the_target_is_to_blame_for_does(ErrorKind kind, int? status)
    {
        var health = Models.Health("acme", "m", Config, _time);
        for (var i = 0; i < Config.MinAttempts; i++) health.Failed(new(kind, "") { UpstreamStatus = status }, false, true, TimeSpan.Zero);
        health.TryEnter(out _).Should().BeFalse();
        health.State.Should().Be(0);
    }

    private Breaker New(TimeSpan lead = default)
    {
        SynchronizationContext.SetSynchronizationContext(null);   // as in a request: the runner's would let what follows a probe wait
        return new(Config, _time, (open, pause) => _changes.Add((open, pause)), lead);
    }

    private Breaker Opened(TimeSpan lead = default)
    {
        var breaker = New(lead);
        for (var i = 0; i < Config.MinAttempts; i++) breaker.Report(false, false);
        breaker.State.Should().Be(CircuitState.Open);
        return breaker;
    }
}
