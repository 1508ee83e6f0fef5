using System.Globalization;

namespace Gateway.Storage.Postgres;

/// <summary>A database on a PostgreSQL server, and how to sign in.</summary>
public sealed record PostgresAddress : StoreAddress
{
    public const int DefaultPort = 5432;

    /// <summary>Name or address; IPv6 without brackets.</summary>
    public required string Host { get; init; }

    public int Port { get; init; } = DefaultPort;

    public required string Database { get; init; }

    /// <summary>Null: the name of the operating system's user.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>What sessions call themselves in <c>pg_stat_activity</c>.</summary>
    public string ApplicationName { get; init; } = "gateway";

    public PostgresEncryption Encryption { get; init; } = PostgresEncryption.Prefer;

    /// <summary>File with the certificates that the server's must lead to; null: those the operating system trusts.</summary>
    public string? RootCertificate { get; init; }

    /// <summary><c>postgres://user:***@host/database</c></summary>
    public override string ToString()
    {
        var secret = Password is null ? "" : ":***";
        var user = User is null && Password is null ? "" : $"{User}{secret}@";
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        var port = Port == DefaultPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{Port}");
        return $"postgres://{user}{host}{port}/{Database}";
    }
}

/// <summary>What <c>sslmode</c> says: whether the connection is encrypted, and whether the server must prove who it is.</summary>
public enum PostgresEncryption
{
    Disable, Prefer, Require, VerifyCa, VerifyFull,
}
