using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Errors;
using static Gateway.Tests.Admission.AdmissionRig;

namespace Gateway.Tests.Admission;

public sealed class RateLimitAdmissionTests
{
    [Theory]
    [InlineData("key")]
    [InlineData("team")]
    [InlineData("target")]
    public void A_burst_over_the_boundary_of_a_clock_minute_is_no_way_around_rpm(string owner)
    {
        var rig = Limited(owner, new LimitsConfig { Rpm = 60 });
        rig.Time.SetClock(new DateTimeOffset(2026, 11, 20, 12, 0, 59, TimeSpan.Zero));

        Admitted(rig, 100).Should().Be(60);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        Admitted(rig, 100).Should().Be(0);
        rig.Time.Advance(TimeSpan.FromSeconds(58) - TimeSpan.FromTicks(1));
        Admitted(rig, 100).Should().Be(0);
        rig.Time.Advance(TimeSpan.FromTicks(1));
        Admitted(rig, 100).Should().Be(60);
    }

    [Fact]
    public void Retry_after_is_when_a_place_is_free_and_refused_requests_do_not_push_it_away()
    {
        var rig = Limited("key", new LimitsConfig { Rpm = 2 });
        rig.MustEnter();
        rig.Time.Advance(TimeSpan.FromSeconds(20));
        rig.MustEnter();
        Admitted(rig, 50).Should().Be(0);

        var rejection = rig.Enter().Rejection!;

        rejection.Error.Kind.Should().Be(ErrorKind.RateLimited);
        rejection.Error.RetryAfter.Should().Be(TimeSpan.FromSeconds(40));
        rejection.Error.Message.Should().Be("Rate limit reached for key 'web-app': limit 2 requests per minute, used 2, requested 1. Try again in 40s.");
        (rejection.Reason, rejection.OwnerKind, rejection.Owner).Should().Be((RejectionReason.RateLimit, OwnerKind.Key, "web-app"));
        rig.Time.Advance(TimeSpan.FromSeconds(40));
        Admitted(rig, 5).Should().Be(1);
    }

    [Fact]
    public void Tpm_counts_the_bound_first_and_what_was_used_afterwards()
    {
        var rig = Limited("key", new LimitsConfig { Tpm = 1000 });
        var first = rig.MustEnter(input: 300, output: 500);
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        rig.Enter(input: 201).Rejection!.Error.Message.Should()
            .Be("Rate limit reached for key 'web-app': limit 1000 tokens per minute, used 800, requested 201. Try again in 50s.");

        Settle(first, 100);
        rig.MustEnter(input: 900);

        rig.Time.Advance(TimeSpan.FromSeconds(50));
        rig.Enter(input: 101).IsAdmitted.Should().BeFalse("the first 100 are a minute old, the 900 are not");
        rig.MustEnter(input: 100);
    }

    [Fact]
    public void An_attempt_that_failed_gives_its_tokens_back()
    {
        var rig = Limited("key", new LimitsConfig { Tpm = 1000 });

        Settle(rig.MustEnter(1000), 0);

        rig.MustEnter(1000);
    }

    [Fact]
    public void An_attempt_with_more_tokens_than_a_minute_allows_is_refused_as_such()
    {
        var rig = Limited("key", new LimitsConfig { Tpm = 1000 });

        var error = rig.Enter(input: 1001).Rejection!.Error;

        error.Kind.Should().Be(ErrorKind.RateLimited);
        error.Message.Should().StartWith("Request too large for key 'web-app': limit 1000 tokens per minute, this request can use up to 1001.");
        error.RetryAfter.Should().BeNull();
    }

    [Theory]
    [InlineData("key")]
    [InlineData("team")]
    [InlineData("target")]
    public void No_more_than_so_many_run_at_the_same_time(string owner)
    {
        var rig = Limited(owner, new LimitsConfig { Concurrency = 4 });
        var (running, most, refused) = (0, 0, 0);
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var result = rig.Enter();
                if (!result.IsAdmitted)
                {
                    Interlocked.Increment(ref refused);
                    continue;
                }
                var now = Interlocked.Increment(ref running);
                for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
                    Interlocked.CompareExchange(ref most, now, seen);
                Thread.Yield();
                Interlocked.Decrement(ref running);
                Settle(result.Reservation!, 1);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        most.Should().BeInRange(1, 4);
        var four = Enumerable.Range(0, 4).Select(_ => rig.MustEnter()).ToList();
        var error = rig.Enter().Rejection!.Error;
        error.Kind.Should().Be(ErrorKind.RateLimited);
        error.RetryAfter.Should().Be(TimeSpan.FromSeconds(1));
        error.Message.Should().EndWith("4 of at most 4 requests at the same time are running.");
        four.ForEach(r => Settle(r, 1));
    }

    [Fact]
    public void The_headers_tell_the_tighter_of_the_keys_and_the_teams_limits()
    {
        var rig = new AdmissionRig().Configure(
            [Key("web-app", "growth", new LimitsConfig { Rpm = 100, Tpm = 500 })], [Team("growth", new LimitsConfig { Rpm = 3, Tpm = 9000 })]);

        var first = rig.MustEnter(120).RateLimits;

        first.Requests.Should().Be(new RateLimitStatus(3, 2, TimeSpan.FromMinutes(1)));
        first.Tokens.Should().Be(new RateLimitStatus(500, 380, TimeSpan.FromMinutes(1)));
        rig.MustEnter();
        rig.MustEnter();
        rig.Time.Advance(TimeSpan.FromSeconds(18));
        var refused = rig.Enter().Rejection!.RateLimits;
        refused.Requests.Should().Be(new RateLimitStatus(3, 0, TimeSpan.FromSeconds(42)));
        refused.Tokens.Should().Be(new RateLimitStatus(500, 378, TimeSpan.FromSeconds(42)));
    }

    [Fact]
    public void Without_limits_of_key_or_team_there_are_no_headers()
    {
        var rig = Limited("target", new LimitsConfig { Rpm = 10, Tpm = 10 });

        rig.MustEnter().RateLimits.Should().Be(default(RateLimitHeaders), "a target's limits are not the client's affair");
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.001, "1ms")]
    [InlineData(6, "6ms")]
    [InlineData(999.2, "1s")]
    [InlineData(1000, "1s")]
    [InlineData(8640, "8.64s")]
    [InlineData(60_000, "1m0s")]
    [InlineData(90_951, "1m30.951s")]
    [InlineData(360_000, "6m0s")]
    public void Reset_times_are_written_as_openai_writes_them(double milliseconds, string text)
    {
        new RateLimitStatus(1, 1, TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond))).ResetText.Should().Be(text);
    }

    private static AdmissionRig Limited(string owner, LimitsConfig limits) => new AdmissionRig().Configure(
        [Key("web-app", "growth", owner == "key" ? limits : null)],
        [Team("growth", owner == "team" ? limits : null)],
        model: MakeModel("fast", owner == "target" ? limits : new LimitsConfig()));

    private static int Admitted(AdmissionRig rig, int attempts) => Enumerable.Range(0, attempts).Count(_ => rig.Enter().IsAdmitted);
}
