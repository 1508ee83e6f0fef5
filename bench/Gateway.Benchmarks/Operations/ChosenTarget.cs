using Gateway.Config;
using Gateway.Routing;
using Gateway.Routing.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks.Operations;

/// <summary>Steps 4 and 9: one of four targets by latency, entered, answered and left, its breaker told so.</summary>
internal sealed class ChosenTarget : IOperation
{
    private readonly ModelEntry _model;
    private ulong _chance = 1;

    public ChosenTarget()
    {
        var model = new Sample().Model;
        var book = new TargetHealthBook(TimeProvider.System, NullLogger<TargetHealthBook>.Instance);
        var target = model.Targets[0];
        _model = model with
        {
            Strategy = Strategy.LowestLatency,
            Targets = [.. Enumerable.Range(0, 4).Select(i => target with { Health = book.Of("mock", $"m{i}", new(new BreakerConfig(), 0.2, 3)) })],
        };
    }

    public string Name => "routing.choose-and-report";

    public ValueTask RunAsync()
    {
        var plan = new RoutePlan(_model, new RouteAsk(SplitMix.Next(ref _chance), 0, true, 100, 100), 0b1111);
        var target = plan.Next(out var isProbe) ?? throw new InvalidOperationException("all four are well");
        target.Health.Retries.First();
        target.Health.Answered(isProbe, isStream: true, TimeSpan.FromMilliseconds(300));
        target.Health.Used(100);
        target.Health.Leave();
        return default;
    }
}
