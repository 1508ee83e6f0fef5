using Gateway.Admission;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Usage;

namespace Gateway.Benchmarks.Operations;

/// <summary>Steps 5 and 9: an attempt under two budgets and five limits, reserved and settled. What remains is the reservation and its id.</summary>
internal sealed class EnterAndSettle : IOperation
{
    private readonly Sample _sample = new();
    private readonly MemoryAdmission _admission = new(TimeProvider.System);

    public string Name => "admission.enter-settle";

    public ValueTask RunAsync()
    {
        var entered = _admission.Enter(new("req_1", 1, _sample.KeyEntry, InferenceEndpoint.ChatCompletions, _sample.Model, _sample.Target, 1500, 256));
        Sample.Expect(entered.IsAdmitted, "nothing binds");
        entered.Reservation!.Settle(new NanoUsd(1_000), new TokenUsage { Input = 321, Output = 34 });
        return default;
    }
}
