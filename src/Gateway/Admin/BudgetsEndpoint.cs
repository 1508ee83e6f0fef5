using System.Globalization;
using System.Text.Json;
using Gateway.Admission;
using Gateway.Admission.Shares;

namespace Gateway.Admin;

/// <summary><c>GET /admin/v1/budgets</c>: every budget in its current window, amounts in nano-dollars.</summary>
internal sealed class BudgetsEndpoint(AdmissionBook book, ShareBroker? shares = null)
{
    public async Task AnswerAsync(HttpContext http)
    {
        if (shares is not null)
            await shares.RefreshAsync(book.Shares(), http.RequestAborted);   // without the store: as last heard
        http.Response.ContentType = "application/json";
        await using (var json = new Utf8JsonWriter(http.Response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteStartArray("data"u8);
            foreach (var budget in book.Statuses()) Write(json, budget);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, BudgetStatus budget)
    {
        json.WriteStartObject();
        json.WriteString("owner_kind"u8, budget.OwnerKind.Label());
        json.WriteString("owner"u8, budget.Owner);
        json.WriteString("period"u8, budget.Period.ToString().ToLowerInvariant());
        json.WriteString("timezone"u8, budget.Timezone);
        json.WriteBoolean("rolling"u8, budget.IsRolling);
        WriteInstant(json, "window_start"u8, budget.WindowStart);
        json.WriteNumber("limit"u8, budget.Limit.Value);
        json.WriteNumber("spent"u8, budget.Spent.Value);
        json.WriteNumber("held"u8, budget.Held.Value);
        json.WriteNumber("left"u8, budget.Left.Value);
        WriteInstant(json, "resets_at"u8, budget.ResetsAt);
        json.WriteEndObject();
    }

    private static void WriteInstant(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? instant) =>
        json.WriteString(name, instant?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
