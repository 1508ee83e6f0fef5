using Gateway.Core.Money;
using Gateway.Core.Usage;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 9: tokens × price, rounded once.</summary>
internal sealed class PricedUsage : IOperation
{
    private readonly ModelPrice _price = new Sample().Target.Price!;
    private readonly TokenUsage _usage = new() { Input = 321, CacheRead = 100, Output = 34, Reasoning = 10 };

    public string Name => "money.price";

    public ValueTask RunAsync()
    {
        Sample.Expect(CostCalculator.Cost(_price, _usage).Value == 489_000, "421 tokens at $1 and 34 at $2 a million");
        return default;
    }
}
