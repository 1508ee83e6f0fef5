using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Metering.Pricing;
using Gateway.Routing;

namespace Gateway.Metering.Audit;

/// <summary>Computes again what rows cost, at the prices of the configuration and the catalogue of today.</summary>
internal sealed class Repricing(ILedgerStore store, GatewaySnapshot snapshot, PriceResolver prices, PriceBook book)
{
    private const int PageSize = 1000;

    private readonly Dictionary<(string Model, string Provider, string Target), ModelPrice?> _found = [];

    /// <param name="apply">Writes the new costs; otherwise they are only shown.</param>
    /// <exception cref="StoreException">The store cannot be read or written; what was corrected before stays corrected, and is not corrected twice.</exception>
    public async Task<IReadOnlyList<RepricedModel>> RunAsync(LedgerFilter filter, bool apply, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var models = new SortedDictionary<(string, string, string), RepricedModel>();
        string? cursor = null;
        do
        {
            var page = await store.ReadAsync(new LedgerQuery(filter, cursor, PageSize), cancellationToken);
            var corrections = new List<CostCorrection>();
            foreach (var row in page.Rows)
            {
                var key = (row.Model, row.Provider, row.TargetModel);
                if (!models.TryGetValue(key, out var model)) models[key] = model = new(row.Model, row.Provider, row.TargetModel);
                if (Correct(row, model) is { } correction) corrections.Add(correction);
            }

            if (apply && corrections.Count > 0) await WriteAsync(corrections, now, cancellationToken);
            cursor = page.Next;
        }
        while (cursor is not null);
        return [.. models.Values];
    }

    private CostCorrection? Correct(LedgerRow row, RepricedModel model)
    {
        model.Rows++;
        model.OldCost += row.Cost;
        // What a row in doubt came to is not known: a price does not help.
        // And one out of the cache cost nothing, whatever a provider takes today.
        if (row.UsageSource == UsageSource.InDoubt || row.Saved is not null || PriceOf(row) is not { } price)
        {
            model.Kept++;
            model.NewCost += row.Cost;
            return null;
        }

        var cost = CostCalculator.Cost(price, row.Usage);
        model.NewCost += cost;
        if (cost == row.Cost && price.Version == row.PriceVersion) return null;
        model.Changed++;
        return new(row.AttemptId, row.Cost, row.PriceVersion, cost, price.Version);
    }

    private async Task WriteAsync(List<CostCorrection> corrections, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var lines = corrections.Select(static c => c.NewPriceVersion).Distinct()
            .Select(v => book.TryGetLine(v, out var line) ? new PriceLine(v, line) : throw new InvalidOperationException($"price {v} is in no book"));
        await store.SavePricesAsync([.. lines], cancellationToken);
        await store.CorrectAsync(corrections, now, cancellationToken);
    }

    /// <summary>Null: nobody prices it today.</summary>
    private ModelPrice? PriceOf(LedgerRow row)
    {
        var key = (row.Model, row.Provider, row.TargetModel);
        if (!_found.TryGetValue(key, out var price)) _found[key] = price = Find(row);
        return price;
    }

    private ModelPrice? Find(LedgerRow row)
    {
        var entry = snapshot.Models.Find(row.Model) ?? snapshot.Models.Find($"{row.Provider}/{row.TargetModel}");
        var target = entry?.Targets.FirstOrDefault(t => t.Provider.Name == row.Provider && t.Model == row.TargetModel);
        if (target is not null) return target.Price;
        // The model has other targets today; the catalogue may still know this one.
        var provider = snapshot.Config.Providers.FirstOrDefault(p => p.Name == row.Provider);
        return provider is null ? null : prices.Resolve(provider.Kind, row.TargetModel, null, null);
    }
}

/// <summary>What a repricing does to the rows of one model at one target.</summary>
internal sealed class RepricedModel(string model, string provider, string target)
{
    public string Name => $"{model} → {provider}/{target}";

    public long Rows { get; set; }

    /// <summary>Rows whose cost or price version changes.</summary>
    public long Changed { get; set; }

    /// <summary>Rows in doubt, or without a price today: they stay as they are.</summary>
    public long Kept { get; set; }

    public NanoUsd OldCost { get; set; }

    public NanoUsd NewCost { get; set; }
}
