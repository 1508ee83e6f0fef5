using System.Globalization;
using System.Text.Json;
using Gateway.Admission;
using Gateway.Admission.Shares;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Routing;

namespace Gateway.Admin;

/// <summary><c>GET /admin/v1/budgets</c>: every budget in its current window, amounts in nano-dollars.</summary>
internal sealed class BudgetsEndpoint(AdmissionBook book, SnapshotHolder holder, ShareBroker? shares = null)
{
    public async Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by)
    {
        if (QueryParameters.Check(http.Request.Query) is { } wrong)
            return wrong;
        if (shares is not null)
            await shares.RefreshAsync(book.Shares(), http.RequestAborted);   // without the store: as last heard
        var who = AdminPrincipal.Of(http);
        var config = holder.Current.Config;
        var keys = config.Keys.DistinctBy(static k => k.Name).ToDictionary(static k => k.Name, StringComparer.Ordinal);
        return new AdminAnswer(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data"u8);
            foreach (var budget in book.Statuses().Where(b => who.Sees(TeamOf(b, keys))))
                Write(json, budget, RaisedOf(budget, config, keys));
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static string? TeamOf(BudgetStatus budget, Dictionary<string, KeyConfig> keys) => budget.OwnerKind switch
    {
        OwnerKind.Team => budget.Owner,
        OwnerKind.Key => keys.GetValueOrDefault(budget.Owner)?.Team,
        _ => null,
    };

    private static NanoUsd RaisedOf(BudgetStatus budget, GatewayConfig config, Dictionary<string, KeyConfig> keys)
    {
        var budgets = budget.OwnerKind == OwnerKind.Key ? keys.GetValueOrDefault(budget.Owner)?.Budgets ?? [] : RaiseOverlay.BudgetsOf(config, budget.OwnerKind, budget.Owner);
        var its = budgets.FirstOrDefault(b => b.Period == budget.Period && b.Timezone == budget.Timezone && b.Rolling == budget.IsRolling);
        return NanoUsd.FromDollars(its?.Raised ?? 0);
    }

    private static void Write(Utf8JsonWriter json, BudgetStatus budget, NanoUsd raised)
    {
        json.WriteStartObject();
        json.WriteString("owner_kind"u8, budget.OwnerKind.Label());
        json.WriteString("owner"u8, budget.Owner);
        json.WriteString("period"u8, budget.Period.ToString().ToLowerInvariant());
        json.WriteString("timezone"u8, budget.Timezone);
        json.WriteBoolean("rolling"u8, budget.IsRolling);
        WriteInstant(json, "window_start"u8, budget.WindowStart);
        json.WriteNumber("limit"u8, budget.Limit.Value);
        json.WriteNumber("raised"u8, raised.Value);
        json.WriteNumber("spent"u8, budget.Spent.Value);
        json.WriteNumber("held"u8, budget.Held.Value);
        json.WriteNumber("left"u8, budget.Left.Value);
        WriteInstant(json, "resets_at"u8, budget.ResetsAt);
        json.WriteEndObject();
    }

    private static void WriteInstant(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? instant) =>
        json.WriteString(name, instant?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
