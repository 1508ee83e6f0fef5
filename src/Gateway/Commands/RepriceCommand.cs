using System.Globalization;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Metering.Audit;

namespace Gateway.Commands;

/// <summary><c>reprice</c>: computes again what rows cost, at today's prices.</summary>
internal static class RepriceCommand
{
    /// <param name="apply">Writes what would otherwise only be shown.</param>
    /// <returns>0; 1 where the store cannot be read or written; 2 where the configuration has errors, or no day lies between those asked for.</returns>
    public static async Task<int> RunAsync(ConfigLoader loader, LedgerFilter filter, bool apply, TextWriter @out, TextWriter err, CancellationToken cancellationToken)
    {
        if (filter is { From: { } from, To: { } to } && to <= from)
        {
            err.WriteLine($"--to: {Day(to)} is not after --from {Day(from)}. Rows admitted before the day --to are taken: for one day, name the next one.");
            return CheckCommand.Invalid;
        }

        return await StoreCommand.RunAsync(loader, err, async context =>
        {
            // Corrections need their table: a database of an older version gets it here.
            if (apply) await context.Store.MigrateAsync(cancellationToken);
            var models = await new Repricing(context.Store, context.Snapshot(context.Config), context.Prices, context.PriceBook).RunAsync(filter, apply, TimeProvider.System.GetUtcNow(), cancellationToken);
            Print(@out, models, apply);
            return 0;
        });
    }

    private static void Print(TextWriter @out, IReadOnlyList<RepricedModel> models, bool applied)
    {
        var (changed, difference) = (0L, NanoUsd.Zero);
        foreach (var model in models)
        {
            @out.WriteLine($"{model.Name}: {Number(model.Rows)} rows, {Number(model.Changed)} change, {Number(model.Kept)} stay (in doubt, or no price today); ${model.OldCost} → ${model.NewCost}");
            changed += model.Changed;
            difference += model.NewCost - model.OldCost;
        }

        @out.WriteLine($"{Number(changed)} rows {(applied ? "changed" : "would change")}, ${difference} in all");
        if (!applied && changed > 0) @out.WriteLine("Nothing was written: say --apply to write it. What a row cost before is kept in ledger_correction.");
        if (applied && changed > 0) @out.WriteLine("A gateway that runs counts the new costs in its budgets from its next start on.");
    }

    private static string Day(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
