using Gateway.Routing.Health;

namespace Gateway.Tests.Routing.Health;

public class HedgeBudgetTests
{
    [Fact]
    public void Twenty_requests_pay_for_one_hedge()
    {
        var budget = new HedgeBudget();
        for (var i = 0; i < 19; i++) budget.Earn(0.05);
        budget.TrySpend().Should().BeFalse();
        budget.Earn(0.05);
        budget.TrySpend().Should().BeTrue();
        budget.TrySpend().Should().BeFalse();
    }

    [Fact]
    public void What_was_not_needed_is_there_again()
    {
        var budget = new HedgeBudget();
        for (var i = 0; i < 20; i++) budget.Earn(0.05);
        budget.TrySpend().Should().BeTrue();
        budget.Return();
        budget.TrySpend().Should().BeTrue();
    }

    [Fact]
    public void A_long_good_time_saves_up_ten()
    {
        var budget = new HedgeBudget();
        for (var i = 0; i < 10_000; i++) budget.Earn(0.05);
        Enumerable.Range(0, 100).Count(_ => budget.TrySpend()).Should().Be(10);
    }

    [Fact]
    public void Threads_never_spend_more_than_they_paid_in()
    {
        var budget = new HedgeBudget();
        var spent = 0;
        Parallel.For(0, 40_000, _ =>
        {
            budget.Earn(0.05);
            if (budget.TrySpend()) Interlocked.Increment(ref spent);
        });
        spent.Should().BeInRange(1_900, 2_000);
    }
}
