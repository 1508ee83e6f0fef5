using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Gateway.Core.Stores;
using Gateway.Storage;
using Gateway.Storage.Postgres;
using Gateway.Storage.Sqlite;

namespace Gateway.Hosting;

/// <summary>Idempotency records live where the ledger does.</summary>
internal static class IdempotencyStores
{
    /// <summary>Nothing is opened yet. This process gets a name that no other has or had: what carries another one was left by somebody else.</summary>
    public static IIdempotencyStore Create(StoreAddress address)
    {
        var owner = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return address switch
        {
            SqliteAddress file => new SqliteIdempotencyStore(file.Path, owner),
            PostgresAddress server => OnServer(server, owner),
            _ => throw new UnreachableException($"a store without an implementation: {address.GetType().Name}"),
        };
    }

    /// <summary>A method of its own: compiling it loads Npgsql, for which a gateway on SQLite has no memory to spare.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PostgresIdempotencyStore OnServer(PostgresAddress server, string owner) => new(server, owner);
}
