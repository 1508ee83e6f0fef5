using System.Globalization;
using System.Text.Json;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Entities;

namespace Gateway.Admin;

/// <summary>Keys and teams as JSON: the members that gateway.yaml has, then where they live and their state. Never a digest.</summary>
internal static class EntityJson
{
    public static void Write(Utf8JsonWriter json, Entity entity, MadeKey? shownOnce = null)
    {
        json.WriteStartObject();
        using (var document = JsonDocument.Parse(entity.Document))
        {
            foreach (var member in document.RootElement.EnumerateObject())
                member.WriteTo(json);
        }
        json.WriteString("source"u8, "store");
        if (shownOnce is not null)
            json.WriteString(entity.Kind, shownOnce.Text);
        var hidden = StoredKey.Parse(entity.Hidden);
        if (entity.Kind == EntityKinds.Key && hidden is not null)
            WriteState(json, hidden);
        if (entity.Kind == EntityKinds.Token)
            json.WriteString("token_id"u8, hidden?.Id);
        json.WriteNumber("revision"u8, entity.Revision);
        json.WriteString("created_at"u8, Instant(entity.CreatedAt));
        json.WriteString("updated_at"u8, Instant(entity.UpdatedAt));
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, KeyConfig key)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, key.Name);
        if (key.Team is not null)
            json.WriteString("team"u8, key.Team);
        if (key.Models.Count > 0)
        {
            json.WriteStartArray("models"u8);
            foreach (var model in key.Models)
                json.WriteStringValue(model);
            json.WriteEndArray();
        }
        Write(json, key.Budgets, key.Limits);
        if (key.Expires is { } expires)
            json.WriteString("expires"u8, Instant(expires));
        if (key.Metadata.Count > 0)
        {
            json.WriteStartObject("metadata"u8);
            foreach (var (name, value) in key.Metadata)
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        json.WriteString("source"u8, "file");
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, TeamConfig team)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, team.Name);
        Write(json, team.Budgets, team.Limits);
        if (team.Weight != TeamConfig.DefaultWeight)
            json.WriteNumber("weight"u8, team.Weight);
        json.WriteString("source"u8, "file");
        json.WriteEndObject();
    }

    public static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static void WriteState(Utf8JsonWriter json, StoredKey key)
    {
        json.WriteString("key_id"u8, key.Id);
        json.WriteBoolean("blocked"u8, key.Blocked);
        if (key.PreviousUntil is { } until)
            json.WriteString("previous_key_until"u8, Instant(until));
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<BudgetConfig> budgets, LimitsConfig limits)
    {
        if (budgets.Count > 0)
        {
            json.WriteStartArray("budgets"u8);
            foreach (var budget in budgets)
                Write(json, budget);
            json.WriteEndArray();
        }
        if (limits is { Rpm: null, Tpm: null, Concurrency: null })
            return;
        json.WriteStartObject("limits"u8);
        if (limits.Rpm is { } rpm)
            json.WriteNumber("rpm"u8, rpm);
        if (limits.Tpm is { } tpm)
            json.WriteNumber("tpm"u8, tpm);
        if (limits.Concurrency is { } concurrency)
            json.WriteNumber("concurrency"u8, concurrency);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BudgetConfig budget)
    {
        json.WriteStartObject();
        json.WriteNumber("limit"u8, budget.Limit);
        json.WriteString("period"u8, budget.Period.ToString().ToLowerInvariant());
        if (budget.Timezone != BudgetConfig.DefaultTimezone)
            json.WriteString("timezone"u8, budget.Timezone);
        if (budget.Rolling)
            json.WriteBoolean("rolling"u8, true);
        json.WriteEndObject();
    }
}
