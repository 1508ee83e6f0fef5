using Gateway.Config;
using Gateway.Routing;
using Gateway.Tests.Support;

namespace Gateway.Tests.Routing;

public class TargetOrderTests
{
    [Fact]
    public void Ordered_targets_come_as_they_are_written()
    {
        var order = new TargetOrder(Model(Strategy.Ordered, 1, 5, 3), chance: 42);
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
            var order = new TargetOrder(model, SplitMix.Next(ref state));
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
        var (a, b) = (new TargetOrder(model, 99), new TargetOrder(model, 99));
        All(ref a).Should().Equal(All(ref b));
    }

    private static ModelEntry Model(Strategy strategy, params int[] weights)
    {
        var provider = Models.Provider();
        return Models.Model("fast", [.. weights.Select((w, i) => Models.Target(provider, $"m{i}") with { Weight = w })]) with { Strategy = strategy };
    }

    private static List<string> All(ref TargetOrder order)
    {
        List<string> names = [];
        while (order.Next() is { } target) names.Add(target.Model);
        return names;
    }
}
