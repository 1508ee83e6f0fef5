using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>
/// A conversation that another provider had a part in, for one that speaks the dialect itself: it refuses thoughts that it cannot decrypt, and those that it does not find in its store.
/// </summary>
internal static class ResponsesNative
{
    /// <summary>The ids that the gateway gives: a reasoning item's, and in it the request's.</summary>
    private const string OwnId = "rs_req_";

    /// <returns>Null where there is nothing of the kind, and the client's bytes can be sent.</returns>
    public static ReadOnlyMemory<byte>? Of(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"gateway."u8) < 0 && body.IndexOf("\"rs_req_"u8) < 0) return null;
        var reader = new Utf8JsonReader(body);
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (ResponsesAsk.Find(root, "input") is not { ValueKind: JsonValueKind.Array } input || !input.EnumerateArray().Any(IsForeign)) return null;
            return RequestJson.Write(root, body.Length, static (json, root) => Write(json, root));
        }
        catch (JsonException)
        {
            return null;   // the provider will say what it thinks of it
        }
    }

    private static void Write(Utf8JsonWriter json, JsonElement request)
    {
        foreach (var member in request.EnumerateObject())
        {
            if (member.Name != "input")
            {
                member.WriteTo(json);
                continue;
            }

            json.WriteStartArray("input"u8);
            foreach (var item in member.Value.EnumerateArray())
            {
                if (!IsForeign(item)) item.WriteTo(json);
            }

            json.WriteEndArray();
        }
    }

    private static bool IsForeign(JsonElement item) => JsonFields.Text(item, "type") == "reasoning" && (JsonFields.Text(item, "encrypted_content") is { } encrypted
        ? encrypted.StartsWith(OpaqueMemory.Prefix, StringComparison.Ordinal)
        : JsonFields.Text(item, "id")?.StartsWith(OwnId, StringComparison.Ordinal) == true);
}
