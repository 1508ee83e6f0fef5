using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Routing;
using Gateway.Routing.Health;

namespace Gateway.Admin;

/// <summary><c>GET /admin/v1/targets</c>: every target of every model, and how it is as this gateway sees it.</summary>
internal sealed class TargetsEndpoint(SnapshotHolder snapshots)
{
    public const string Model = "model";

    public static readonly IReadOnlyList<string> Parameters = [Model];

    public Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by)
    {
        var query = http.Request.Query;
        if (QueryParameters.Check(query, Model) is { } wrong)
            return Task.FromResult<Outcome<AdminAnswer>>(wrong);
        var asked = QueryParameters.Value(query, Model);
        var models = snapshots.Current.Configured.Where(m => asked is null || m.Name == asked).OrderBy(static m => m.Name, StringComparer.Ordinal).ToList();
        if (asked is not null && models.Count == 0)
            return Task.FromResult<Outcome<AdminAnswer>>(new GatewayError(ErrorKind.NotFound, "There is no model of this name; without model= all are listed.", Model));
        return Task.FromResult<Outcome<AdminAnswer>>(new AdminAnswer(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data"u8);
            foreach (var model in models)
                foreach (var target in model.Targets) Write(json, model, target);
            json.WriteEndArray();
            json.WriteEndObject();
        }));
    }

    private static void Write(Utf8JsonWriter json, ModelEntry model, Target target)
    {
        var health = target.Health;
        json.WriteStartObject();
        json.WriteString("model"u8, model.Name);
        json.WriteString("provider"u8, target.Provider.Name);
        json.WriteString("target_model"u8, target.Model);
        json.WriteNumber("weight"u8, target.Weight);
        json.WriteString("state"u8, health.State switch { 0 => "down", 1 => "degraded", _ => "up" });
        if (health.Wait is { } wait) json.WriteNumber("retry_in_ms"u8, (long)wait.TotalMilliseconds);
        else json.WriteNull("retry_in_ms"u8);
        if (health.AnswersProbes is { } answers) json.WriteString("probe"u8, answers ? "up"u8 : "down"u8);
        else json.WriteNull("probe"u8);
        json.WriteNumber("in_flight"u8, health.InFlight);
        json.WriteNumber("tokens_per_minute"u8, health.TokensPerMinute);
        WriteLatency(json, "first_byte_ms"u8, health.Latency(isStream: true));
        WriteLatency(json, "answer_ms"u8, health.Latency(isStream: false));
        json.WriteEndObject();
    }

    private static void WriteLatency(Utf8JsonWriter json, ReadOnlySpan<byte> name, LatencyMeter latency)
    {
        if (latency.Average == 0) json.WriteNull(name);
        else json.WriteNumber(name, Math.Round(latency.Average * 1000, 3));
    }
}
