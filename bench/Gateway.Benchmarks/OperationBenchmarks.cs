using BenchmarkDotNet.Attributes;

namespace Gateway.Benchmarks;

/// <summary>The same operations under BenchmarkDotNet: how long each takes, beside what it allocates.</summary>
[MemoryDiagnoser]
public class OperationBenchmarks
{
    private IOperation? _operation;

    public static IEnumerable<string> Names => OperationCatalog.Create().Select(static o => o.Name);

    [ParamsSource(nameof(Names))]
    public string Operation { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _operation = OperationCatalog.Create().Single(o => o.Name == Operation);

    [Benchmark]
    public ValueTask Run() => _operation!.RunAsync();
}
