using Gateway.Admission;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Hosting;
using Gateway.Metering.Pricing;
using Gateway.Routing;
using Gateway.Routing.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Commands;

/// <summary>What the commands that work on the store beside a running gateway, or without one, have in common.</summary>
internal static class StoreCommand
{
    /// <summary>The exit code where the store cannot be read or written.</summary>
    public const int Unreadable = 1;

    /// <summary>Runs with the store of the configuration, and says in words why that did not work.</summary>
    public static async Task<int> RunAsync(ConfigLoader loader, TextWriter err, Func<StoreContext, Task<int>> run)
    {
        var loaded = loader.Load();
        if (loaded.Config is not { } config)
        {
            foreach (var error in loaded.Errors) err.WriteLine(error);
            return CheckCommand.Invalid;
        }

        await using var store = LedgerStores.Create(config.Store);
        try
        {
            return await run(Context(config, store));
        }
        catch (StoreException e)
        {
            err.WriteLine(e.Message);
            return Unreadable;
        }
    }

    private static StoreContext Context(GatewayConfig config, ILedgerStore store)
    {
        var (names, book) = (new NamePool(), new PriceBook());
        var prices = new PriceResolver(PriceCatalog.LoadEmbedded(), book);
        return new(config, store, new SnapshotCompiler(new KeyHasher(), names, prices, new TargetHealthBook(TimeProvider.System, NullLogger<TargetHealthBook>.Instance), TimeProvider.System), prices, book, new AdmissionBook(TimeProvider.System, names));
    }
}

/// <param name="Book">Not configured yet.</param>
internal sealed record StoreContext(GatewayConfig Config, ILedgerStore Store, SnapshotCompiler Compiler, PriceResolver Prices, PriceBook PriceBook, AdmissionBook Book)
{
    public GatewaySnapshot Snapshot(GatewayConfig config) => Compiler.Compile(config, 1);
}
