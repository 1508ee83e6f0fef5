using System.Buffers;

namespace Gateway.Admin;

/// <summary>Names as they stand in paths.</summary>
internal static class EntityName
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-@");

    /// <summary>What is wrong with the name of an entry that is made over the API, or null. Narrower than the file's, because this name stands in URLs.</summary>
    public static string? Problem(string name) => name.AsSpan().ContainsAnyExcept(Allowed) || name is "." or ".."
        ? "may hold letters, digits, '.', '_', '-' and '@', because it stands in URLs"
        : null;

    /// <summary>The server leaves an escaped slash as it is, because it is no separator.</summary>
    public static string FromRoute(string value) => value.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
