using System.Globalization;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Stores;

namespace Gateway.Admin;

/// <summary><c>GET /admin/v1/audit</c>: who changed what, newest first.</summary>
internal sealed class AuditEndpoint(IEntityStore store)
{
    public static readonly IReadOnlyList<string> Parameters = ["kind", "name", "actor", "cursor", "limit"];

    public async Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by)
    {
        var query = http.Request.Query;
        if (QueryParameters.Check(query, [.. Parameters]) is { } wrong)
            return wrong;
        if (QueryParameters.Limit(query, out var limit) is { } wrongLimit)
            return wrongLimit;
        long? before = null;
        if (QueryParameters.Value(query, "cursor") is { } cursor)
        {
            if (!long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                return QueryParameters.Wrong("cursor", "must be the 'next' of the page before, as it came");
            before = id;
        }
        var page = await store.ReadAuditAsync(
            new(QueryParameters.Value(query, "kind"), QueryParameters.Value(query, "name"), QueryParameters.Value(query, "actor"), before, limit), http.RequestAborted);
        return new AdminAnswer(StatusCodes.Status200OK, json => Write(json, page));
    }

    private static void Write(Utf8JsonWriter json, AuditPage page)
    {
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        foreach (var entry in page.Entries)
            Write(json, entry);
        json.WriteEndArray();
        json.WriteString("next"u8, page.Next?.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber("id"u8, entry.Id);
        json.WriteString("at"u8, EntityJson.Instant(entry.At));
        json.WriteString("actor"u8, entry.By.Name);
        json.WriteString("role"u8, entry.By.Role);
        json.WriteString("action"u8, entry.Action);
        json.WriteString("kind"u8, entry.Kind);
        json.WriteString("name"u8, entry.Name);
        Write(json, "before"u8, entry.Before);
        Write(json, "after"u8, entry.After);
        json.WriteString("remote_address"u8, entry.By.RemoteAddress);
        json.WriteString("request_id"u8, entry.By.RequestId);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? document)
    {
        json.WritePropertyName(name);
        if (document is null)
            json.WriteNullValue();
        else
            json.WriteRawValue(document);
    }
}
