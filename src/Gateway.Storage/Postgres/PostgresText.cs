using System.Text;
using Gateway.Core.Stores;

namespace Gateway.Storage.Postgres;

/// <summary>PostgreSQL keeps any text but U+0000, and only what is valid Unicode. Whatever else a client sent is replaced, or its row could never be written.</summary>
internal static class PostgresText
{
    private const char Replacement = '\uFFFD';

    public static string Storable(string text)
    {
        var halves = text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');
        if (!halves && !text.Contains('\0', StringComparison.Ordinal))
            return text;
        // Encoding replaces halves of surrogate pairs that stand alone.
        var valid = halves ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
        return valid.Replace('\0', Replacement);
    }

    /// <summary>The filter that finds rows as they were stored.</summary>
    public static LedgerFilter Storable(LedgerFilter filter) => filter with
    {
        Key = Optional(filter.Key),
        Team = Optional(filter.Team),
        Model = Optional(filter.Model),
        Provider = Optional(filter.Provider),
        Teams = filter.Teams?.Select(Storable).ToList(),
    };

    private static string? Optional(string? text) => text is null ? null : Storable(text);
}
