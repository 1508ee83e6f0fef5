using Gateway.Overload;

namespace Gateway.Benchmarks.Operations;

/// <summary>Between steps 1 and 2, and at the end: below the limit of requests at once.</summary>
internal sealed class EnterAndLeave : IOperation
{
    private readonly FairGate _gate = new(TimeProvider.System);

    public string Name => "overload.enter-leave";

    public ValueTask RunAsync()
    {
        Sample.Expect(_gate.TryEnter(), "nothing binds");
        _gate.Leave();
        return default;
    }
}
