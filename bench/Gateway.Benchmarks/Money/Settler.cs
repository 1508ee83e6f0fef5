namespace Gateway.Benchmarks.Money;

/// <summary>A way to admit a request and settle it.</summary>
internal interface ISettler : IAsyncDisposable
{
    string Name { get; }

    /// <summary>One request of that worker, from its reservation to a row that is safe.</summary>
    /// <returns>Whether it was admitted.</returns>
    ValueTask<bool> SettleAsync(int worker);

    /// <summary>Everything is where it will stay.</summary>
    ValueTask FinishAsync();
}
