using System.Text.Json;
using Gateway.Core.Errors;

namespace Gateway.Admin;

/// <summary>Writes errors of the admin API in OpenAI's shape.</summary>
internal static class AdminErrors
{
    public static async Task WriteAsync(HttpContext http, GatewayError error)
    {
        var description = ErrorTable.Describe(error.Kind);
        http.Response.StatusCode = error.Status;
        http.Response.ContentType = "application/json";
        if (error.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await using (var json = new Utf8JsonWriter(http.Response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteString("message"u8, error.Message);
            json.WriteString("type"u8, description.Type);
            json.WriteString("param"u8, error.Param);
            json.WriteString("code"u8, error.Code ?? description.Code);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
