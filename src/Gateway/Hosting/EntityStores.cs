using System.Diagnostics;
using System.Runtime.CompilerServices;
using Gateway.Core.Stores;
using Gateway.Storage;
using Gateway.Storage.Postgres;
using Gateway.Storage.Sqlite;

namespace Gateway.Hosting;

/// <summary>Entities live where the ledger does.</summary>
internal static class EntityStores
{
    /// <summary>Nothing is opened yet.</summary>
    public static IEntityStore Create(StoreAddress address) => address switch
    {
        SqliteAddress file => new SqliteEntityStore(file.Path),
        PostgresAddress server => OnServer(server),
        _ => throw new UnreachableException($"a store without an implementation: {address.GetType().Name}"),
    };

    /// <summary>A method of its own: compiling it loads Npgsql, for which a gateway on SQLite has no memory to spare.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PostgresEntityStore OnServer(PostgresAddress server) => new(server);
}
