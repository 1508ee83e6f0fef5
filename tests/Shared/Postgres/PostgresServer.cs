using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gateway.Storage.Postgres;
using Npgsql;

namespace Gateway.TestSupport;

/// <summary>A PostgreSQL server of the tests' own, on a free port of 127.0.0.1, in a directory that is gone afterwards.</summary>
/// <remarks>A shell is its parent and stops it when the pipe from this process closes, so that it does not outlive a test run that is killed.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Characters that have a meaning in an address and in a connection string.</summary>
    public const string Password = "pa55;w/o:rd@% '";

    /// <summary>Why tests are skipped, and what makes them run.</summary>
    public const string Missing = "needs PostgreSQL: apt-get install postgresql";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, bool> _databases = new();
    private readonly string _folder;
    private readonly bool _durable;
    private Process? _shell;

    private PostgresServer(PostgresAddress address, string folder, bool durable)
    {
        Address = address;
        _folder = folder;
        _durable = durable;
    }

    /// <summary>The directory of PostgreSQL's programs; null where it is not installed.</summary>
    public static string? Programs { get; } = Find();

    /// <summary>The database that was there from the beginning.</summary>
    public PostgresAddress Address { get; }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>A server that somebody else runs; databases made on it are dropped at the end.</summary>
    public static PostgresServer Attach(PostgresAddress address) => new(address, "", durable: true);

    /// <param name="durable">As a server is by default; otherwise it does not wait for the disk, which tests of anything else have no use for.</param>
    public static async Task<PostgresServer> StartAsync(bool durable = false)
    {
        var folder = Directory.CreateTempSubdirectory("gateway-postgres-").FullName;
        var server = new PostgresServer(
            new() { Host = "127.0.0.1", Port = FreePort(), Database = "postgres", User = "gateway", Password = Password }, folder, durable);
        try
        {
            await server.InitializeAsync();
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            // A server nobody gets is a process nobody ends.
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The empty database of this name.</summary>
    public async Task<PostgresAddress> EmptyDatabaseAsync(string name)
    {
        var address = Address with { Database = name };
        if (_databases.TryAdd(name, true))
            await ExecuteAsync(Address, $"CREATE DATABASE {name}");
        else
            await ExecuteAsync(address, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        return address;
    }

    public static async Task<object?> ExecuteAsync(PostgresAddress address, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(address));
        await connection.OpenAsync();
#pragma warning disable CA2100 // The tests' own statements.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A session outside of the store's, for locks and the like.</summary>
    public static string ConnectionString(PostgresAddress address) => new NpgsqlConnectionStringBuilder
    {
        Host = address.Host,
        Port = address.Port,
        Database = address.Database,
        Username = address.User,
        Password = address.Password,
        Pooling = false,
        Timeout = 5,
    }.ConnectionString;

    /// <summary>As a power cut would, but for the disk: kill -9 to the server; its sessions' processes notice and go.</summary>
    public async Task KillAsync()
    {
        var id = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        var sessions = (await File.ReadAllTextAsync($"/proc/{id}/task/{id}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using (var server = Process.GetProcessById(id))
            server.Kill();
        await StopAsync();
        // They hold the shared memory that the next server wants.
        while (sessions.Any(IsRunning))
            await Task.Delay(10);
    }

    /// <summary>Starts on the data that is there.</summary>
    public async Task StartAgainAsync()
    {
        // Fast shutdown (INT) when the pipe closes; its own id is the only thing that is ever signalled.
        const string script = """log=$1; shift; "$@" >> "$log" 2>&1 & server=$!; read -r _; kill -INT "$server"; wait "$server" """;
        string[] settings = _durable ? [] : ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"];
        var port = Address.Port.ToString(CultureInfo.InvariantCulture);
        var log = Path.Combine(_folder, "log");
        _shell = Process.Start(new ProcessStartInfo("/bin/sh",
            [
                "-c", script, "sh", log, .. AsUser, Path.Combine(Programs!, "postgres"), "-D", Data, "-p", port,
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "shared_buffers=16MB", .. settings,
            ])
        { RedirectStandardInput = true });
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await ExecuteAsync(Address, "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (Stopwatch.GetElapsedTime(began) < StartLimit)
            {
                await Task.Delay(50);
            }
            catch (NpgsqlException error)
            {
                throw new InvalidOperationException($"PostgreSQL did not start: {await File.ReadAllTextAsync(log)}", error);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder.Length == 0)
        {
            foreach (var name in _databases.Keys)
                await ExecuteAsync(Address, $"DROP DATABASE {name} WITH (FORCE)");
            return;
        }
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "password"), Password);
        // PostgreSQL refuses to run as root; the package brought a user for it.
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", ["-R", "postgres", _folder]);
        string[] initialize = [.. AsUser, Path.Combine(Programs!, "initdb"), "-D", Data, "-U", "gateway", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"];
        await RunAsync(initialize[0], [.. initialize[1..], $"--pwfile={_folder}/password"]);
    }

    private async Task StopAsync()
    {
        if (_shell is null)
            return;
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
        _shell = null;
    }

    /// <summary>A process that ended and that nobody has waited for does not run.</summary>
    private static bool IsRunning(string id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // Gone between the list and this look.
            return false;
        }
    }

    private static string[] AsUser => Environment.IsPrivilegedProcess ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : ["/usr/bin/env"];

    private static string? Find() => !Directory.Exists("/usr/lib/postgresql") ? null
        : Directory.GetDirectories("/usr/lib/postgresql").Select(static d => Path.Combine(d, "bin")).Where(static d => File.Exists(Path.Combine(d, "initdb"))).Max();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task RunAsync(string file, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{file} failed: {await output}{errors}");
    }
}
