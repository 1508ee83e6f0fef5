namespace Gateway.Benchmarks;

/// <summary>One thing the hot path does, set up in the constructor and repeatable for ever.</summary>
/// <remarks>
/// To add one: a class in Operations/ with a constructor without parameters, and a line in allocation-budgets.json. Both the budgets and
/// BenchmarkDotNet find it by themselves.
/// </remarks>
internal interface IOperation
{
    /// <summary>Its name in allocation-budgets.json.</summary>
    string Name { get; }

    /// <summary>Does it once. What is not asynchronous returns <c>default</c>.</summary>
    ValueTask RunAsync();
}
