using System.Diagnostics.CodeAnalysis;

using Gateway.Storage.Postgres;

namespace Gateway.Config.Values;

/// <summary>Reads <c>postgres://user:password@host:port/database?options</c>. Its messages never repeat a part of it: where something is out of place, that may be the password.</summary>
internal static class PostgresUri
{
    public const string Example = "postgres://user:password@host/database";

    private const string EncryptionKey = "sslmode";
    private const string RootCertificateKey = "sslrootcert";
    private const string ApplicationNameKey = "application_name";

    private static readonly string[] Options = [EncryptionKey, RootCertificateKey, ApplicationNameKey];

    private static readonly (string Word, PostgresEncryption Value)[] Encryptions =
    [
        ("disable", PostgresEncryption.Disable), ("prefer", PostgresEncryption.Prefer), ("require", PostgresEncryption.Require),
        ("verify-ca", PostgresEncryption.VerifyCa), ("verify-full", PostgresEncryption.VerifyFull),
    ];

    public static bool IsMeant(string text) =>
        text.StartsWith("postgres:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql:", StringComparison.OrdinalIgnoreCase);

    /// <returns>What is wrong, as the rest of a sentence; null: <paramref name="address"/> is set.</returns>
    public static string? Parse(string text, out PostgresAddress? address)
    {
        address = null;
        var authority = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (!authority.StartsWith("//", StringComparison.Ordinal) || authority.Length == 2)
            return $"is no address of a database: write {Example}";
        if (text.Contains('#', StringComparison.Ordinal) || authority.Count(static c => c == '@') > 1)
            return "has a '#' or a second '@': in user and password write : / ? # [ ] @ % as %3A %2F %3F %23 %5B %5D %40 %25";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
            return $"is no address of a database: write {Example}, with : / ? # [ ] @ % in user and password as %3A %2F %3F %23 %5B %5D %40 %25";
        if (uri.Host.Length == 0)
            return $"names no host: write {Example}";
        if (uri.Port == 0)
            return "has port 0: leave it out, or write the server's";
        var database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        if (database.Length == 0)
            return $"names no database: write {Example}";
        // An '@' there is the end of a password of which a '/' made a port and a path: a database of that name would be shown.
        if (uri.AbsolutePath.LastIndexOf('/') > 0 || uri.AbsolutePath.Contains('@', StringComparison.Ordinal))
            return $"names a database with a '/' or an '@': write {Example}, with : / ? # [ ] @ % in user and password as %3A %2F %3F %23 %5B %5D %40 %25";

        var (user, password) = Credentials(uri.UserInfo);
        if (password is not null && user is null)
            return $"has a password and no user: write {Example}";
        address = new()
        {
            Host = uri.IdnHost,
            Port = uri.Port < 0 ? PostgresAddress.DefaultPort : uri.Port,
            Database = database,
            User = user,
            Password = password,
        };
        return ReadOptions(uri.Query, ref address);
    }

    private static (string? User, string? Password) Credentials(string userInfo)
    {
        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (Part(userInfo), null) : (Part(userInfo[..colon]), Part(userInfo[(colon + 1)..]));

        static string? Part(string text) => text.Length == 0 ? null : Uri.UnescapeDataString(text);
    }

    private static string? ReadOptions(string query, ref PostgresAddress address)
    {
        foreach (var option in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = option.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? option : option[..equals];
            var value = equals < 0 ? "" : Uri.UnescapeDataString(option[(equals + 1)..]);
            if (ReadOption(name, value, ref address) is { } problem)
                return problem;
        }
        return null;
    }

    private static string? ReadOption(string name, string value, ref PostgresAddress address)
    {
        if (value.Length == 0)
            return $"has an option without a value; there are {string.Join(", ", Options)}";
        switch (name)
        {
            case EncryptionKey:
                if (!TryEncryption(value, out var encryption))
                    return $"has an sslmode that is not one of {string.Join(", ", Encryptions.Select(static e => e.Word))}{NearestName.Hint(value, Encryptions.Select(static e => e.Word))}";
                address = address with { Encryption = encryption };
                return null;
            case RootCertificateKey:
                address = address with { RootCertificate = value };
                return null;
            case ApplicationNameKey:
                address = address with { ApplicationName = value };
                return null;
            default:
                return $"has an option that is not one of {string.Join(", ", Options)}{NearestName.Hint(name, Options)}";
        }
    }

    private static bool TryEncryption(string word, [MaybeNullWhen(false)] out PostgresEncryption encryption)
    {
        var found = Array.FindIndex(Encryptions, e => e.Word == word);
        encryption = found < 0 ? default : Encryptions[found].Value;
        return found >= 0;
    }
}
