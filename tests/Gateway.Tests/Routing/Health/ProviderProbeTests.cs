using Gateway.Config;
using Gateway.Routing.Health;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Routing.Health;

/// <summary>What probes make of a provider: failed ones in a row take all of its targets out, and one that is answered brings them back.</summary>
public class ProviderProbeTests
{
    private static readonly ProbeConfig Config = new() { Interval = TimeSpan.FromSeconds(30), Failures = 3 };

    private readonly ManualTime _time = new(new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));
    private readonly List<(bool Down, string Failure)> _turns = [];

    [Fact]
    public void Only_failures_in_a_row_count()
    {
        var probe = New();
        foreach (var failure in new[] { "a", "b", null, "c", "d" }) probe.End(failure);
        probe.IsDown.Should().BeFalse();
        probe.Wait.Should().BeNull();

        probe.End("e");
        probe.End("f");

        probe.IsDown.Should().BeTrue();
        probe.End(null);
        probe.IsDown.Should().BeFalse();
        _turns.Should().Equal((true, "e"), (false, ""));
    }

    [Fact]
    public void It_is_due_at_once_then_every_interval_and_whenever_a_breaker_waits_for_it()
    {
        var probe = New();
        probe.TryBegin(isAwaited: false).Should().BeTrue();
        probe.TryBegin(isAwaited: true).Should().BeFalse("one is under way");
        probe.End(null);
        _time.Advance(Config.Interval - TimeSpan.FromSeconds(1));
        probe.TryBegin(isAwaited: false).Should().BeFalse();
        probe.TryBegin(isAwaited: true).Should().BeTrue();
        probe.Abandon();
        _time.Advance(TimeSpan.FromSeconds(1));
        probe.TryBegin(isAwaited: false).Should().BeTrue();
    }

    [Fact]
    public void All_targets_of_a_provider_that_is_down_are_left_alone_until_its_next_probe_and_no_others()
    {
        var book = new TargetHealthBook(_time, NullLogger<TargetHealthBook>.Instance);
        var options = new TargetHealthOptions(new BreakerConfig { Enabled = false }, 0.2, 3, Config);
        var (first, second, other) = (book.Of("a", "m", options), book.Of("a", "n", options), book.Of("b", "m", options with { Probe = null }));
        var probe = book.Probes.Should().ContainSingle().Subject;

        for (var i = 0; i < Config.Failures; i++) probe.End("no");

        foreach (var target in new[] { first, second })
        {
            target.TryEnter(out _).Should().BeFalse();
            target.InFlight.Should().Be(0);
            target.Should().BeEquivalentTo(new { Wait = Config.Interval, State = 0, AnswersProbes = false });
        }

        other.TryEnter(out _).Should().BeTrue();
        other.AnswersProbes.Should().BeNull();
        _time.Advance(Config.Interval);
        first.Wait.Should().Be(TimeSpan.FromSeconds(1), "it is asked just now");
        probe.End(null);
        first.TryEnter(out _).Should().BeTrue();
        first.Should().BeEquivalentTo(new { Wait = (TimeSpan?)null, State = 2, AnswersProbes = true });
    }

    [Fact]
    public void What_probes_said_is_kept_over_a_reload_as_long_as_they_stay_the_same()
    {
        var book = new TargetHealthBook(_time, NullLogger<TargetHealthBook>.Instance);
        var options = new TargetHealthOptions(new BreakerConfig(), 0.2, 3, Config);
        book.Of("a", "m", options);
        for (var i = 0; i < Config.Failures; i++) book.Probes.Single().End("no");

        var same = book.Of("a", "m", options with { Probe = Config with { } });
        book.Keep([same]);
        same.AnswersProbes.Should().BeFalse();
        var changed = book.Of("a", "m", options with { Probe = Config with { Path = "health" } });
        book.Keep([changed]);
        changed.AnswersProbes.Should().BeTrue();
        var none = book.Of("a", "m", options with { Probe = null });
        book.Keep([none]);
        book.Probes.Should().BeEmpty();
    }

    private ProviderProbe New() => new("a", Config, _time, (_, down, failure) => _turns.Add((down, failure)));
}
