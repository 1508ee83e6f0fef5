using BenchmarkDotNet.Running;
using Gateway.Benchmarks;

// --budgets: bytes allocated per operation against allocation-budgets.json, in seconds; exit 1 when one is over (.ci/run).
// Anything else goes to BenchmarkDotNet: times and allocations, in minutes (`-- --filter '*'`).
if (args is ["--budgets"])
    return await BudgetRunner.RunAsync(Path.Combine(AppContext.BaseDirectory, "allocation-budgets.json"), Console.Out);
BenchmarkSwitcher.FromAssembly(typeof(OperationBenchmarks).Assembly).Run(args);
return 0;
