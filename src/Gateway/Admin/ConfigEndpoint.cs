using System.Text.Json;
using Gateway.Config;

namespace Gateway.Admin;

/// <summary><c>GET /admin/v1/config</c>: which configuration runs, and what is wrong with the file where it is not the one that runs.</summary>
internal sealed class ConfigEndpoint(ConfigWatcher watcher)
{
    public async Task AnswerAsync(HttpContext http)
    {
        var status = watcher.Status;
        http.Response.ContentType = "application/json";
        await using (var json = new Utf8JsonWriter(http.Response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteString("source"u8, status.Source);
            json.WriteNumber("generation"u8, status.Generation);
            json.WriteBoolean("last_reload_successful"u8, status.LastReloadSuccessful);
            json.WriteString("last_attempt"u8, status.LastAttempt);
            json.WriteStartArray("errors"u8);
            foreach (var error in status.Errors) json.WriteStringValue(error.ToString());
            json.WriteEndArray();
            json.WriteStartArray("at_next_start"u8);
            foreach (var key in status.AtNextStart) json.WriteStringValue(key);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
