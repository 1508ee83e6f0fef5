using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Routing;
using Gateway.Tests.Support;

namespace Gateway.Tests.Routing;

public class RoutePlanTests
{
    [Fact]
    public void Ordered_targets_come_as_they_are_written()
    {
        var order = Plan(Model(Strategy.Ordered, 1, 5, 3), 42);
        All(ref order).Should().Equal("m0", "m1", "m2");
    }

    [Fact]
    public void Weights_share_out_the_first_place_and_every_target_comes_once()
    {
        var model = Model(Strategy.Weighted, 3, 1, 0);
        var first = new Dictionary<string, int>();
        var state = 7UL;
        for (var i = 0; i < 20_000; i++)
        {
            var order = Plan(model, SplitMix.Next(ref state));
            var all = All(ref order);
            all.Should().OnlyHaveUniqueItems().And.HaveCount(3);
            all[2].Should().Be("m2", "weight 0 is for when all else has failed");
            first[all[0]] = first.GetValueOrDefault(all[0]) + 1;
        }

        first["m0"].Should().BeInRange(14_700, 15_300);
    }

    [Fact]
    public void The_same_chance_gives_the_same_order()
    {
        var model = Model(Strategy.Weighted, 1, 1, 1, 1, 1);
        var (a, b) = (Plan(model, 99), Plan(model, 99));
        All(ref a).Should().Equal(All(ref b));
    }

    [Fact]
    public void The_least_busy_target_comes_first()
    {
        var model = Model(Strategy.LeastBusy, 1, 1, 1);
        foreach (var (index, running) in new[] { (0, 3), (1, 1), (2, 2) })
            for (var i = 0; i < running; i++) model.Targets[index].Health.TryEnter(out _);
        var plan = Plan(model, 1);
        All(ref plan).Should().Equal("m1", "m2", "m0");
    }

    [Fact]
    public void The_least_used_target_is_the_one_with_the_smallest_share_of_its_limit()
    {
        var model = Model(Strategy.LeastUsed, 1, 1);
        var small = model.Targets[0] with { Limits = new() { Tpm = 1_000 } };
        var large = model.Targets[1] with { Limits = new() { Tpm = 100_000 } };
        small.Health.Used(100);
        large.Health.Used(5_000);
        var plan = Plan(model with { Targets = [small, large] }, 1);
        All(ref plan).Should().Equal("m1", "m0");
    }

    [Theory]
    [InlineData(10_000, 10, "dear-words", "dear-prompts")]
    [InlineData(10, 10_000, "dear-prompts", "dear-words")]
    public void The_cheapest_target_depends_on_the_request(long input, long output, string first, string last)
    {
        var provider = Models.Provider();
        var model = Models.Model("fast",
            Models.Target(provider, "dear-prompts", new ModelPrice { Version = "1", Input = 10, Output = 1 }),
            Models.Target(provider, "dear-words", new ModelPrice { Version = "1", Input = 1, Output = 10 })) with
        { Strategy = Strategy.LowestCost };
        var plan = new RoutePlan(model, new RouteAsk(1, 0, true, input, output), 0b11);
        All(ref plan).Should().Equal(first, last);
    }

    [Fact]
    public void A_session_stays_at_its_target_and_only_those_of_a_lost_target_move()
    {
        var model = Model(Strategy.Weighted, 1, 1, 2);
        var first = new Dictionary<ulong, string>();
        for (var session = 1UL; session <= 4_000; session++)
        {
            var (a, b) = (Plan(model, session, session * 7919), Plan(model, session + 5, session * 7919));
            first[session] = All(ref a)[0];
            All(ref b)[0].Should().Be(first[session], "chance does not matter");
            var without = new RoutePlan(model, new RouteAsk(session, session * 7919, true, 1, 1), 0b110);
            if (first[session] != "m0") All(ref without)[0].Should().Be(first[session]);
        }

        first.Values.Count(static m => m == "m2").Should().BeInRange(1_850, 2_150, "it has half of the weight");
    }

    [Fact]
    public void What_said_it_had_enough_comes_after_all_others()
    {
        var model = Model(Strategy.Ordered, 1, 1, 1);
        model.Targets[0].Health.Failed(new(ErrorKind.RateLimited, "slow down") { UpstreamStatus = 429, RetryAfter = TimeSpan.FromSeconds(30) }, false, true, TimeSpan.Zero);
        var plan = Plan(model, 1);
        All(ref plan).Should().Equal("m1", "m2", "m0");
    }

    [Fact]
    public void What_keeps_failing_is_left_alone_and_the_plan_says_how_long()
    {
        var provider = Models.Provider();
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        var down = Models.Target(provider, "down") with { Health = Models.Health("acme", "down", new BreakerConfig { MinAttempts = 2, Open = TimeSpan.FromSeconds(10) }, time) };
        for (var i = 0; i < 2; i++) down.Health.Failed(new(ErrorKind.BadUpstream, "500") { UpstreamStatus = 500 }, false, true, TimeSpan.Zero);
        var model = Models.Model("fast", down, Models.Target(provider, "up")) with { Strategy = Strategy.Ordered };
        var plan = Plan(model, 1);
        All(ref plan).Should().Equal("up");
        var alone = new RoutePlan(model, new RouteAsk(1, 0, true, 1, 1), 0b01);
        All(ref alone).Should().BeEmpty();
        alone.Wait.Should().Be(TimeSpan.FromSeconds(10));
    }

    private static RoutePlan Plan(ModelEntry model, ulong chance, ulong affinity = 0) => new(model, new RouteAsk(chance, affinity, true, 1, 1), (1UL << model.Targets.Count) - 1);

    private static ModelEntry Model(Strategy strategy, params int[] weights)
    {
        var provider = Models.Provider();
        return Models.Model("fast", [.. weights.Select((w, i) => Models.Target(provider, $"m{i}") with { Weight = w })]) with { Strategy = strategy };
    }

    private static List<string> All(ref RoutePlan order)
    {
        List<string> names = [];
        while (order.Next(out _) is { } target)
        {
            target.Health.Leave();
            names.Add(target.Model);
        }

        return names;
    }
}
