using System.Runtime.CompilerServices;
using Gateway.Admission;
using Gateway.Admission.Shares;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Storage.Postgres;

namespace Gateway.Hosting;

/// <summary>Admission: alone on an embedded store, with others on a server.</summary>
internal static class SharedLimits
{
    public static void Add(IServiceCollection services, GatewayConfig config)
    {
        services.AddSingleton<MemoryAdmission>();
        if (config.Store is PostgresAddress server)
        {
            AddShares(services, server, config.Ledger);
            return;
        }
        services.AddSingleton(static p => new AdmissionBook(p.GetRequiredService<TimeProvider>(), p.GetRequiredService<NamePool>()));
        services.AddSingleton<IAdmission>(static p => p.GetRequiredService<MemoryAdmission>());
    }

    private static void AddShares(IServiceCollection services, PostgresAddress server, LedgerConfig ledger)
    {
        // What is only charged nobody else gets: who is cut off from the store may spend it.
        TimeSpan? budgetsEndAfter = ledger.InDoubt == InDoubtPolicy.Release ? ledger.InDoubtAfter : null;
        services.AddSingleton<IShareStore>(_ => Store(server, ledger));
        services.AddSingleton(p => new ShareBroker(p.GetRequiredService<IShareStore>(), p.GetRequiredService<Instance>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ILogger<ShareBroker>>(), budgetsEndAfter));
        services.AddSingleton(static p => new AdmissionBook(p.GetRequiredService<TimeProvider>(), p.GetRequiredService<NamePool>(), p.GetRequiredService<ShareBroker>()));
        services.AddSingleton(p => new DeadShares(p.GetRequiredService<IShareStore>(), p.GetRequiredService<ILedgerStore>(), p.GetRequiredService<AdmissionBook>(), ledger, p.GetRequiredService<ILogger<DeadShares>>()));
        services.AddSingleton<ShareLoop>();
        services.AddSingleton<IAdmission, SharedAdmission>();
    }

    /// <summary>Where gateways on this store share their limits; null: they have them to themselves.</summary>
    public static IShareStore? Create(GatewayConfig config) => config.Store is PostgresAddress server ? Store(server, config.Ledger) : null;

    /// <summary>A method of its own: compiling it loads Npgsql, for which a gateway on SQLite has no memory to spare.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PostgresShareStore Store(PostgresAddress server, LedgerConfig ledger) => new(server, ledger.InDoubt == InDoubtPolicy.Charge ? ledger.InDoubtAfter : TimeSpan.MaxValue);
}
