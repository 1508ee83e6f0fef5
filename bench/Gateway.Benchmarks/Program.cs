using BenchmarkDotNet.Running;
using Gateway.Benchmarks;
using Gateway.Benchmarks.Money;

// --budgets: bytes allocated per operation against allocation-budgets.json, in seconds; exit 1 when one is over (.ci/run).
// --money [postgres://…]: admission and settlement beside a transaction per request, a minute; the database is emptied.
// Anything else goes to BenchmarkDotNet: times and allocations, in minutes (`-- --filter '*'`).
if (args is ["--budgets"])
    return await BudgetRunner.RunAsync(Path.Combine(AppContext.BaseDirectory, "allocation-budgets.json"), Console.Out);
if (args is ["--money", .. var rest])
    return await MoneyBench.RunAsync(rest.FirstOrDefault(), Console.Out);
BenchmarkSwitcher.FromAssembly(typeof(OperationBenchmarks).Assembly).Run(args);
return 0;
