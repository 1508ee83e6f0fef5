using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Gateway.Auth;
using Gateway.Core.Errors;

namespace Gateway.Admin;

/// <summary>One entry of a list, of the file or of the store.</summary>
/// <param name="Team">Whose it is, for managers and for the filter; null: nobody's.</param>
internal sealed record ListedEntity(string Name, string? Team, bool IsOfFile, Action<Utf8JsonWriter> Write);

/// <summary>Pages of entries by name, with the filters of the query string.</summary>
internal static class EntityList
{
    public static Outcome<AdminAnswer> Answer(HttpContext http, IEnumerable<ListedEntity> entries, params ReadOnlySpan<string> filters)
    {
        var (query, who) = (http.Request.Query, AdminPrincipal.Of(http));
        if (QueryParameters.Check(query, [.. filters, "source", "cursor", "limit"]) is { } wrong)
            return wrong;
        if (QueryParameters.Limit(query, out var limit) is { } wrongLimit)
            return wrongLimit;
        var source = QueryParameters.Value(query, "source");
        if (source is not (null or "file" or "store"))
            return QueryParameters.Wrong("source", "must be file or store");
        string? after = null;
        if (QueryParameters.Value(query, "cursor") is { } cursor && (after = NameOf(cursor)) is null)
            return QueryParameters.Wrong("cursor", "must be the 'next' of the page before, as it came");
        var team = QueryParameters.Value(query, "team");
        var page = entries
            .Where(e => who.Sees(e.Team) && (source is null || e.IsOfFile == (source == "file")) && (team is null || e.Team == team) && (after is null || string.CompareOrdinal(e.Name, after) > 0))
            .OrderBy(static e => e.Name, StringComparer.Ordinal).Take(limit + 1).ToList();
        var next = page.Count > limit ? Base64Url.EncodeToString(Encoding.UTF8.GetBytes(page[limit - 1].Name)) : null;
        return new AdminAnswer(StatusCodes.Status200OK, json => Write(json, page.Take(limit), next));
    }

    private static void Write(Utf8JsonWriter json, IEnumerable<ListedEntity> page, string? next)
    {
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        foreach (var entry in page)
            entry.Write(json);
        json.WriteEndArray();
        json.WriteString("next"u8, next);
        json.WriteEndObject();
    }

    private static string? NameOf(string cursor) => Base64Url.IsValid(cursor) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) : null;
}
