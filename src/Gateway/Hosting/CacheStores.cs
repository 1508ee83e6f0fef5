using System.Diagnostics;
using System.Runtime.CompilerServices;
using Gateway.Core.Stores;
using Gateway.Storage;
using Gateway.Storage.Postgres;
using Gateway.Storage.Sqlite;

namespace Gateway.Hosting;

/// <summary>Kept answers live where the ledger does, where they live in the store at all.</summary>
internal static class CacheStores
{
    /// <summary>Nothing is opened yet.</summary>
    public static ICacheStore Create(StoreAddress address) => address switch
    {
        SqliteAddress file => new SqliteCacheStore(file.Path),
        PostgresAddress server => OnServer(server),
        _ => throw new UnreachableException($"a store without an implementation: {address.GetType().Name}"),
    };

    /// <summary>A method of its own: compiling it loads Npgsql, for which a gateway on SQLite has no memory to spare.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PostgresCacheStore OnServer(PostgresAddress server) => new(server);
}
