using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Gateway.Core.Stores;
using Npgsql;

namespace Gateway.Storage.Postgres;

/// <summary>One database on a server: how connections to it are opened, how long they may take, and what their failures mean.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    /// <summary>Sessions of this process at most: one writes, the others answer queries.</summary>
    public const int MaxConnections = 8;

    /// <summary>Seconds until a connection must stand, and seconds until a statement must have answered.</summary>
    /// <remarks>
    /// 3 s: longer than a healthy server needs for either. When a statement is given up Npgsql asks the server on another connection to cancel it, which from one that is silent
    /// costs the first 3 s again: 6 s in all. A silent server must not keep the ledger's writer from trying another session.
    /// </remarks>
    public const int TimeoutSeconds = 3;

    /// <summary>Half a second before a statement is given up.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(TimeoutSeconds - 0.5);

    /// <summary>Seconds that queries and migrations may take, once the server has shown that it answers.</summary>
    /// <remarks>60 s: sums over some ten million rows at a start. The process waits no longer for its journal either. The server ends the statement at <see cref="AllowLongStatements"/>.</remarks>
    public const int LongTimeoutSeconds = 60 + TimeoutSeconds;

    /// <summary>For the transaction it is said in.</summary>
    public const string AllowLongStatements = "SET LOCAL statement_timeout = '60s'";

    /// <summary>
    /// The server ends a statement by itself a little before we stop waiting: the session stays usable then. What runs for a client that went away ends too.
    /// Not in the connection's start-up options, which pools between us and the server (PgBouncer) refuse.
    /// </summary>
    private const string BoundStatements = "SET statement_timeout = '2500ms'";

    private readonly PostgresAddress _address;
    private readonly NpgsqlDataSource _source;

    /// <param name="maxConnections">Sessions at most.</param>
    public PostgresDatabase(PostgresAddress address, int maxConnections = MaxConnections)
    {
        _address = address;
        // The slim builder: no reflection over types of applications, and none of the types a ledger does not have.
        var builder = new NpgsqlSlimDataSourceBuilder(ConnectionString(address, maxConnections).ConnectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        builder.UsePhysicalConnectionInitializer(BoundStatementsOf, BoundStatementsOfAsync);
        _source = builder.Build();
    }

    /// <summary>Opens or reuses a session, and turns what goes wrong with it into a message for the operator.</summary>
    /// <param name="isEndless">It waits for what may never come: that it takes long says nothing about the server.</param>
    /// <exception cref="StoreException">The server cannot be reached, or refused.</exception>
    public ValueTask<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellationToken, bool isEndless = false) => ExplainedAsync(
        async () =>
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            return await use(connection);
        },
        cancellationToken,
        isEndless);

    /// <summary>A session that its user gives back; what is done with it goes through <see cref="ExplainedAsync"/>.</summary>
    /// <exception cref="StoreException">The server cannot be reached, or refused.</exception>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => ExplainedAsync(async () => await _source.OpenConnectionAsync(cancellationToken), cancellationToken);

    /// <summary>Turns what goes wrong on a session into a message for the operator.</summary>
    /// <exception cref="StoreException">The server cannot be reached, or refused.</exception>
    public async ValueTask<T> ExplainedAsync<T>(Func<Task<T>> use, CancellationToken cancellationToken, bool isEndless = false)
    {
        using var spare = isEndless ? null : new SpareThread(Silence);
        try
        {
            return await use();
        }
        catch (Exception error) when (IsOfConnection(error))
        {
            // A session that was cut because somebody left is no failure of the store.
            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(error);
        }
        finally
        {
            // What arrives on a socket may be worked on by the thread that waits for all sockets (DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS, which the gateway sets): a caller that
            // computes for long or blocks there would hold up everything else, or wait for itself.
            await Task.Yield();
        }
    }

    /// <summary>The first statement of a transaction that reads.</summary>
    /// <remarks>Bounded as any other statement: a server that hangs is found out here, and one that answers gets the time that sums can take.</remarks>
    public static async Task BeginReadAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var bounds = new NpgsqlCommand("SET TRANSACTION READ ONLY; " + AllowLongStatements, transaction.Connection, transaction);
        await bounds.ExecuteNonQueryAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>Says what to do. Nothing in it comes from a row or a password: Npgsql leaves details out of its messages unless it is told otherwise.</summary>
    private StoreException Explain(Exception error) => new($"The store {_address} {Diagnose(error)}", error);

    private static NpgsqlConnectionStringBuilder ConnectionString(PostgresAddress address, int maxConnections) => new()
    {
        Host = address.Host,
        Port = address.Port,
        Database = address.Database,
        Username = address.User,
        Password = address.Password,
        ApplicationName = address.ApplicationName,
        SslMode = address.Encryption switch
        {
            PostgresEncryption.Disable => SslMode.Disable,
            PostgresEncryption.Require => SslMode.Require,
            PostgresEncryption.VerifyCa => SslMode.VerifyCA,
            PostgresEncryption.VerifyFull => SslMode.VerifyFull,
            _ => SslMode.Prefer,
        },
        RootCertificate = address.RootCertificate,
        GssEncryptionMode = GssEncryptionMode.Disable,
        MaxPoolSize = maxConnections,
        Timeout = TimeoutSeconds,
        CommandTimeout = TimeoutSeconds,
        // Having asked the server to cancel a statement, we do not wait for it to say so: the session is dropped.
        CancellationTimeout = -1,
        // Finds out within a minute that the other end of an idle session is gone; between us there may be a firewall that forgets it.
        TcpKeepAlive = true,
        TcpKeepAliveTime = 30,
        TcpKeepAliveInterval = 10,
        // Nothing is left in a session that the next user could trip over; and a reset would take the bound on statements away.
        NoResetOnClose = true,
        Enlist = false,
    };

    private static void BoundStatementsOf(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(BoundStatements, connection);
        command.ExecuteNonQuery();
    }

    private static async Task BoundStatementsOfAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(BoundStatements, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static bool IsOfConnection(Exception error) =>
        error is NpgsqlException or SocketException or IOException or TimeoutException or CryptographicException or NotSupportedException;

    private string Diagnose(Exception error) => error switch
    {
        PostgresException refused => Diagnose(refused),
        { InnerException: TimeoutException } or TimeoutException => "did not answer in time: look at the server, its load and the network between.",
        SocketException or { InnerException: SocketException } => $"cannot be reached: check host and port, and that the server runs ({Innermost(error)}).",
        { InnerException: AuthenticationException } => "shows a certificate that does not prove who it is: check the host's name, sslmode and sslrootcert.",
        _ => $"failed: {Innermost(error)}",
    };

    private string Diagnose(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"refuses the sign-in of '{_address.User}': check user and password, and the server's pg_hba.conf.",
        PostgresErrorCodes.InvalidCatalogName => "has no such database: create it, as in `CREATE DATABASE gateway`.",
        PostgresErrorCodes.InsufficientPrivilege => $"does not let '{_address.User}' do this: give that user the right to create and use tables ({error.MessageText}).",
        PostgresErrorCodes.ReadOnlySqlTransaction => "is read-only: `store` must name the primary server, not a standby.",
        PostgresErrorCodes.TooManyConnections => $"has no connection left: raise max_connections, an instance needs up to {MaxConnections + PostgresEntityStore.MaxConnections + PostgresShareStore.MaxConnections + PostgresIdempotencyStore.MaxConnections + PostgresCacheStore.MaxConnections}.",
        PostgresErrorCodes.DiskFull => "cannot grow: the server's disk is full.",
        PostgresErrorCodes.QueryCanceled => "took too long for a statement, and was told to stop: look at its load and its locks.",
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => $"is starting or stopping ({error.MessageText}).",
        _ => $"failed: {error.SqlState} {error.MessageText}",
    };

    private static string Innermost(Exception error) => error.GetBaseException().Message;
}
