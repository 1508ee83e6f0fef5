using Gateway.Routing.Health;
using Gateway.Tests.Support;

namespace Gateway.Tests.Routing.Health;

public class RetryBudgetTests
{
    private readonly ManualTime _time = new(new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_few_are_always_there_and_come_back_after_ten_seconds()
    {
        var budget = New();
        Enumerable.Range(0, 5).Select(_ => budget.TryTake() is not null).Should().Equal(true, true, true, false, false);
        budget.HasRoom.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(9));
        budget.HasRoom.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(2));
        budget.HasRoom.Should().BeTrue();
    }

    [Fact]
    public void Under_load_a_fifth_of_the_first_attempts_may_be_tried_again()
    {
        var budget = New();
        for (var i = 0; i < 1_000; i++) budget.First();
        Enumerable.Range(0, 1_000).Count(_ => budget.TryTake() is not null).Should().Be(200);
    }

    [Fact]
    public void What_failed_elsewhere_counts_when_it_fails_here_too()
    {
        var budget = New();
        for (var i = 0; i < 100; i++) budget.HasRoom.Should().BeTrue("they all succeed");
        for (var i = 0; i < 3; i++) budget.Spend();
        budget.HasRoom.Should().BeFalse();
    }

    [Fact]
    public void Room_that_is_not_used_is_given_back_where_it_was_taken()
    {
        var budget = New();
        var taken = Enumerable.Range(0, 3).Select(_ => budget.TryTake()!.Value).ToList();
        _time.Advance(TimeSpan.FromSeconds(5));
        budget.Return(taken[0]);
        budget.TryTake().Should().NotBeNull();
        budget.TryTake().Should().BeNull();
        _time.Advance(TimeSpan.FromSeconds(6));
        budget.Return(taken[1]);   // it is forgotten by now
        Enumerable.Range(0, 3).Count(_ => budget.TryTake() is not null).Should().Be(2);
    }

    private RetryBudget New() => new(0.2, 3, _time);
}
