using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Metering.Pricing;
using Gateway.Routing;

namespace Gateway.Admin;

/// <summary><c>/admin/v1/prices</c>: what each target costs now, and what any <c>price_version</c> of the ledger says.</summary>
internal sealed class PriceEndpoints(SnapshotHolder holder, ILedgerStore store, PriceBook book)
{
    public static readonly IReadOnlyList<string> Parameters = ["model", "provider"];

    public Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by) => Task.FromResult(List(http.Request.Query));

    public async Task<Outcome<AdminAnswer>> GetAsync(HttpContext http, AuditActor by)
    {
        if (QueryParameters.Check(http.Request.Query) is { } wrong)
            return wrong;
        var version = EntityName.FromRoute((string)http.Request.RouteValues["version"]!);
        // A price that is in force is in the store only when a row has used it.
        var stored = await store.PricesAsync(http.RequestAborted);
        if ((stored.FirstOrDefault(p => p.Version == version)?.Line ?? (book.TryGetLine(version, out var line) ? line : null)) is not { } found)
            return new GatewayError(ErrorKind.NotFound, "There is no price of this version; rows of the ledger and GET /admin/v1/prices name those there are.");
        return new AdminAnswer(StatusCodes.Status200OK, json => Write(json, version, found));
    }

    private Outcome<AdminAnswer> List(IQueryCollection query)
    {
        if (QueryParameters.Check(query, [.. Parameters]) is { } wrong)
            return wrong;
        var (model, provider) = (QueryParameters.Value(query, "model"), QueryParameters.Value(query, "provider"));
        var targets = from entry in holder.Current.Configured
                      where model is null || entry.Name == model
                      orderby entry.Name
                      from target in entry.Targets
                      where provider is null || target.Provider.Name == provider
                      select (entry, target);
        return new AdminAnswer(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data"u8);
            foreach (var (entry, target) in targets)
                Write(json, entry, target);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, ModelEntry model, Target target)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model.Name);
        json.WriteString("provider"u8, target.Provider.Name);
        json.WriteString("target_model"u8, target.Model);
        json.WriteString("source"u8, target.Price is null ? null : PriceText.IsOfConfig(target.Price.Version) ? "config" : "catalog");
        json.WriteString("price_version"u8, target.Price?.Version);
        json.WritePropertyName("price"u8);
        PriceJson.Write(json, target.Price);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string version, string line)
    {
        json.WriteStartObject();
        json.WriteString("price_version"u8, version);
        json.WriteString("line"u8, line);
        json.WritePropertyName("price"u8);
        PriceJson.Write(json, Parse(version, line));
        json.WriteEndObject();
    }

    /// <returns>Null for a line that a newer gateway wrote, or that somebody changed: it is shown as it is.</returns>
    private static ModelPrice? Parse(string version, string line)
    {
        try
        {
            return PriceText.Parse(version, line);
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            return null;
        }
    }
}
