using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>
/// A conversation that another provider had a part in, for one that speaks the dialect itself: it refuses thoughts that it cannot decrypt, and items that it does not find in its store. The
/// former are taken out, of the others the ids, which were the gateway's.
/// </summary>
internal static class ResponsesNative
{
    /// <summary>In the ids that the gateway gives: an item's kind stands before it, the request's own id goes on after it.</summary>
    private const string OwnId = "_req_";

    /// <returns>Null where there is nothing of the kind, and the client's bytes can be sent.</returns>
    public static NativeForm? Of(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"gateway."u8) < 0 && body.IndexOf("_req_"u8) < 0) return null;
        var reader = new Utf8JsonReader(body);
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (ResponsesAsk.Find(root, "input") is not { ValueKind: JsonValueKind.Array } input || !input.EnumerateArray().Any(static i => IsForeign(i) || HasOwnId(i))) return null;
            return new(RequestJson.Write(root, body.Length, static (json, root) => Write(json, root)), []);
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
                if (!IsForeign(item)) WriteItem(json, item);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteItem(Utf8JsonWriter json, JsonElement item)
    {
        if (!HasOwnId(item))
        {
            item.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        foreach (var member in item.EnumerateObject())
        {
            if (member.Name != "id") member.WriteTo(json);
        }

        json.WriteEndObject();
    }

    /// <summary>Thoughts for another provider, images that it made, and references to what nobody has.</summary>
    private static bool IsForeign(JsonElement item) => JsonFields.Text(item, "type") switch
    {
        "reasoning" when JsonFields.Text(item, "encrypted_content") is { } encrypted => encrypted.StartsWith(OpaqueMemory.Prefix, StringComparison.Ordinal),
        "reasoning" or ResponsesImages.Call => HasOwnId(item),
        "item_reference" => HasOwnId(item) && JsonFields.Text(item, "id")!.StartsWith("rs", StringComparison.Ordinal),
        _ => false,
    };

    private static bool HasOwnId(JsonElement item) => JsonFields.Text(item, "id") is { } id && id.AsSpan(id.IndexOf('_', StringComparison.Ordinal) is >= 0 and var at ? at : id.Length).StartsWith(OwnId);
}
