using System.Diagnostics;
using System.Runtime.CompilerServices;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Storage;
using Gateway.Storage.Postgres;
using Gateway.Storage.Sqlite;

namespace Gateway.Hosting;

/// <summary>What the <c>store</c> of the configuration stands for.</summary>
internal static class LedgerStores
{
    /// <summary>Nothing is opened yet.</summary>
    public static ILedgerStore Create(StoreAddress address) => address switch
    {
        SqliteAddress file => new SqliteLedgerStore(file.Path),
        PostgresAddress server => OnServer(server),
        _ => throw new UnreachableException($"a store without an implementation: {address.GetType().Name}"),
    };

    /// <summary>Where the journal is: as configured, else beside the SQLite file, else where SQLite's would be by default. Always a local directory of this process alone.</summary>
    public static string JournalDirectory(StoreAddress address, LedgerConfig ledger) =>
        ledger.Journal ?? (address is SqliteAddress file ? $"{file.Path}.journal" : "data/gateway.journal");

    /// <summary>A method of its own: compiling it loads Npgsql, for which a gateway on SQLite has no memory to spare.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PostgresLedgerStore OnServer(PostgresAddress server) => new(server);
}
