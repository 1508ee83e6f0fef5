using System.Text.Json;
using Gateway.Cache.Semantic;
using Gateway.Core.Errors;
using Gateway.Core.Stores;

namespace Gateway.Admin;

/// <summary><c>GET /admin/v1/cache/shadow</c>: what semantic caches in shadow mode would have answered at this gateway, since it started.</summary>
internal sealed class CacheShadowEndpoint(ShadowBook shadows)
{
    private const string Model = "model";

    public static readonly IReadOnlyList<string> Parameters = [Model];

    public Task<Outcome<AdminAnswer>> ListAsync(HttpContext http, AuditActor by)
    {
        var query = http.Request.Query;
        if (QueryParameters.Check(query, Model) is { } wrong)
            return Task.FromResult<Outcome<AdminAnswer>>(wrong);
        var model = QueryParameters.Value(query, Model);
        return Task.FromResult<Outcome<AdminAnswer>>(new AdminAnswer(StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data"u8);
            foreach (var answer in shadows.Of(model)) Write(json, answer);
            json.WriteEndArray();
            json.WriteStartArray("similarities"u8);
            foreach (var (name, counts) in shadows.Similarities(model)) Write(json, name, counts);
            json.WriteEndArray();
            json.WriteEndObject();
        }));
    }

    private static void Write(Utf8JsonWriter json, ShadowAnswer answer)
    {
        json.WriteStartObject();
        json.WriteString("at"u8, EntityJson.Instant(answer.At));
        json.WriteString("model"u8, answer.Model);
        json.WriteString("key"u8, answer.Key);
        json.WriteString("request_id"u8, answer.RequestId);
        json.WriteString("original_request_id"u8, answer.OriginalRequestId);
        json.WriteNumber("similarity"u8, Math.Round(answer.Similarity, 4));
        json.WriteNumber("saved_nano_usd"u8, answer.Cost.Value);
        json.WriteEndObject();
    }

    /// <summary>For every threshold that somebody might set, how many requests it would have answered.</summary>
    private static void Write(Utf8JsonWriter json, string model, long[] counts)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteNumber("requests"u8, counts.Sum());
        json.WriteStartArray("thresholds"u8);
        for (var hundredths = 80; hundredths <= 100; hundredths++)
        {
            json.WriteStartObject();
            json.WriteNumber("threshold"u8, hundredths / 100m);
            json.WriteNumber("hits"u8, counts.AsSpan(hundredths).ToArray().Sum());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
