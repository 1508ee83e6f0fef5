using FsCheck;
using FsCheck.Fluent;
using Gateway.Overload;

namespace Gateway.Tests.Overload;

public sealed class FairQueueTests
{
    private static readonly LaneName Small = new(true, "small"), Large = new(true, "large"), Key = new(false, "small");

    [Fact]
    public void Owners_that_both_have_requests_waiting_are_served_by_weight_at_any_moment()
    {
        var queue = new FairQueue();
        var waiting = Fill(queue, (Small, 1, 1000), (Large, 3, 1000));
        var served = new Dictionary<LaneName, int> { [Small] = 0, [Large] = 0 };

        for (var i = 0; i < 1000; i++)
        {
            served[waiting[queue.Next()!]]++;

            served[Large].Should().BeInRange((served[Small] * 3) - 3, (served[Small] * 3) + 3);
        }

        served[Small].Should().Be(250);
    }

    [Fact]
    public void Requests_of_one_owner_are_served_in_the_order_in_which_they_came()
    {
        var queue = new FairQueue();
        var first = queue.Add(Small, 1);
        var second = queue.Add(Small, 1);
        var third = queue.Add(Small, 1);

        new[] { queue.Next(), queue.Next(), queue.Next(), queue.Next() }.Should().Equal(first, second, third, null);
    }

    [Fact]
    public void A_team_and_a_key_of_the_same_name_are_two_owners()
    {
        var queue = new FairQueue();
        var waiting = Fill(queue, (Small, 1, 10), (Key, 1, 10));

        waiting[queue.Next()!].Should().NotBe(waiting[queue.Next()!]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Who_has_one_request_waits_for_one_round_whatever_the_others_have(int weight)
    {
        var queue = new FairQueue();
        var waiting = Fill(queue, (Large, weight, 1000));
        for (var i = 0; i < 7; i++)
            queue.Next();
        waiting[queue.Add(Small, 1)] = Small;

        Enumerable.Range(0, weight + 1).Select(_ => waiting[queue.Next()!]).Should().Contain(Small);
    }

    [Fact]
    public void An_owner_keeps_no_claim_from_when_it_had_nothing_waiting()
    {
        var queue = new FairQueue();
        var waiting = Fill(queue, (Large, 5, 1), (Small, 1, 100));
        queue.Next();   // of the large one's turn four are left, and nobody takes them
        foreach (var (waiter, name) in Fill(queue, (Large, 5, 100)))
            waiting[waiter] = name;

        Enumerable.Range(0, 6).Select(_ => waiting[queue.Next()!]).Should().Equal(Small, Large, Large, Large, Large, Large);
    }

    [Fact]
    public void Room_is_made_by_the_newest_request_of_who_has_most_for_its_weight()
    {
        var queue = new FairQueue();
        var small = Enumerable.Range(0, 4).Select(_ => queue.Add(Small, 1)).ToList();
        var large = Enumerable.Range(0, 6).Select(_ => queue.Add(Large, 3)).ToList();

        queue.MakeRoom(Key, 1).Should().BeSameAs(small[^1], "four for a weight of one are more than six for three");
        queue.MakeRoom(Large, 3).Should().BeSameAs(small[^2], "three for one are more than seven for three");
        queue.MakeRoom(Large, 3).Should().BeNull("two for one are less than seven for three");
        queue.MakeRoom(Small, 1).Should().BeNull("three for one are more than six for three");
        queue.Count.Should().Be(8);
        queue.Remove(small[^1]).Should().BeFalse("it is out");
    }

    [Fact]
    public void Whatever_the_weights_no_owner_is_a_turn_ahead_of_another_while_both_have_requests_waiting()
    {
        var scenarios =
            from lanes in Gen.Zip(Gen.Choose(1, 10), Gen.Choose(1, 60)).NonEmptyListOf()
            from cancelled in Gen.Choose(0, 1000).ListOf(20)
            select (lanes, cancelled);

        Prop.ForAll(scenarios.ToArbitrary(), static s => IsFair([.. s.lanes], [.. s.cancelled])).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Whatever_is_added_served_and_taken_out_everybody_gets_out_once_and_in_order()
    {
        var steps = Gen.Zip(Gen.Choose(0, 9), Gen.Choose(0, 1000)).ListOf(300);

        Prop.ForAll(steps.ToArbitrary(), static s => MatchesModel([.. s])).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static bool IsFair(List<(int Weight, int Count)> lanes, List<int> cancelled)
    {
        var queue = new FairQueue();
        var waiting = Fill(queue, [.. lanes.Select(static (l, i) => (new LaneName(true, $"t{i}"), l.Weight, l.Count))]);
        var all = waiting.Keys.ToList();
        var left = lanes.Select(static l => l.Count).ToArray();
        var served = new int[lanes.Count];
        foreach (var at in cancelled)
            if (left[Lane(all[at % all.Count])] > 1 && queue.Remove(all[at % all.Count])) left[Lane(all[at % all.Count])]--;

        // As long as all of them have requests waiting.
        while (left.All(static l => l > 0))
        {
            var lane = Lane(queue.Next()!);
            (served[lane], left[lane]) = (served[lane] + 1, left[lane] - 1);
            for (var i = 0; i < lanes.Count; i++)
                for (var j = 0; j < lanes.Count; j++)
                    if ((served[i] - lanes[i].Weight) * lanes[j].Weight > served[j] * lanes[i].Weight) return false;
        }

        return true;

        int Lane(Waiter waiter) => int.Parse(waiting[waiter].Name.AsSpan(1));
    }

    private static bool MatchesModel(List<(int Kind, int Pick)> steps)
    {
        var (queue, model, seen) = (new FairQueue(), new Dictionary<LaneName, List<Waiter>>(), new HashSet<Waiter>());
        foreach (var (kind, pick) in steps)
        {
            var name = new LaneName(pick % 2 == 0, $"t{pick % 5}");
            if (kind < 5)
                Of(name).Add(queue.Add(name, 1 + (pick % 4)));
            else if (kind < 8 && queue.Next() is { } next && !(seen.Add(next) && model.Values.Any(l => l.Count > 0 && l[0] == next && l.Remove(next))))
                return false;
            else if (kind == 8 && Of(name) is { Count: > 0 } own && own[pick % own.Count] is var one && !(queue.Remove(one) && own.Remove(one) && seen.Add(one)))
                return false;
            else if (kind == 9 && queue.MakeRoom(name, 1) is { } newest && !(seen.Add(newest) && model.Values.Any(l => l.Count > 0 && l[^1] == newest && l.Remove(newest))))
                return false;
            if (queue.Count != model.Values.Sum(static l => l.Count)) return false;
        }

        while (queue.Next() is { } rest)
            if (!seen.Add(rest) || !model.Values.Any(l => l.Remove(rest))) return false;
        return queue.Count == 0 && model.Values.All(static l => l.Count == 0);

        List<Waiter> Of(LaneName name) => model.TryGetValue(name, out var known) ? known : model[name] = [];
    }

    private static Dictionary<Waiter, LaneName> Fill(FairQueue queue, params (LaneName Name, int Weight, int Count)[] lanes)
    {
        var waiting = new Dictionary<Waiter, LaneName>();
        foreach (var (name, weight, count) in lanes)
            for (var i = 0; i < count; i++)
                waiting[queue.Add(name, weight)] = name;
        return waiting;
    }
}
