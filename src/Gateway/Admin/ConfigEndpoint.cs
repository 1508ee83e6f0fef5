using System.Text.Json;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Stores;

namespace Gateway.Admin;

/// <summary><c>GET /admin/v1/config</c>: which configuration runs, and what is wrong with the file where it is not the one that runs.</summary>
internal sealed class ConfigEndpoint(ConfigWatcher watcher)
{
    public Task<Outcome<AdminAnswer>> GetAsync(HttpContext http, AuditActor by) => Task.FromResult<Outcome<AdminAnswer>>(
        QueryParameters.Check(http.Request.Query) is { } wrong ? wrong : new AdminAnswer(StatusCodes.Status200OK, json => Write(json, watcher.Status)));

    private static void Write(Utf8JsonWriter json, ConfigStatus status)
    {
        json.WriteStartObject();
        json.WriteString("source"u8, status.Source);
        json.WriteNumber("generation"u8, status.Generation);
        json.WriteBoolean("last_reload_successful"u8, status.LastReloadSuccessful);
        json.WriteString("last_attempt"u8, status.LastAttempt);
        json.WriteStartArray("errors"u8);
        foreach (var error in status.Errors)
            json.WriteStringValue(error.ToString());
        json.WriteEndArray();
        json.WriteStartArray("at_next_start"u8);
        foreach (var key in status.AtNextStart)
            json.WriteStringValue(key);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
