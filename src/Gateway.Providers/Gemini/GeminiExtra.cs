using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>
/// <c>extra_content.google</c> of a tool call, a message or an image: what Gemini wants back with the part that it was. Google's own OpenAI endpoint puts the signature of a call there too.
/// </summary>
internal static class GeminiExtra
{
    public const string Member = "extra_content";

    public static ReadOnlySpan<byte> MemberUtf8 => "extra_content"u8;

    /// <summary>Encrypted thoughts, without which a model of the third generation refuses to go on after a call.</summary>
    public static string? Signature(Dictionary<string, JsonElement>? rest) => Find(rest, "thought_signature");

    /// <summary>The id that Gemini itself gave a call; most calls have none, and one that it did not give it need not understand.</summary>
    public static string? CallId(Dictionary<string, JsonElement>? rest) => Find(rest, "call_id");

    public static string? Signature(JsonElement of) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(Member, out var extra) ? Text(extra, "thought_signature") : null;

    /// <returns>Null where there is nothing to keep.</returns>
    public static Dictionary<string, JsonElement>? Of(string? signature, string? callId) =>
        signature is null && callId is null ? null : new(StringComparer.Ordinal) { [Member] = Value(signature, callId) };

    public static JsonElement Value(string? signature, string? callId)
    {
        var json = RequestJson.Write((signature, callId), 256, static (json, state) =>
        {
            json.WriteStartObject("google"u8);
            if (state.callId is not null) json.WriteString("call_id"u8, state.callId);
            if (state.signature is not null) json.WriteString("thought_signature"u8, state.signature);
            json.WriteEndObject();
        });
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <summary>The same for a stream, from JSON strings as they stand in the event; empty where there is nothing to keep.</summary>
    public static byte[] Bytes(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> callId)
    {
        if (signature.IsEmpty && callId.IsEmpty) return [];
        ReadOnlySpan<byte> id = callId.IsEmpty ? default : [.. "\"call_id\":"u8, .. callId];
        ReadOnlySpan<byte> signed = signature.IsEmpty ? default : [.. "\"thought_signature\":"u8, .. signature];
        return [.. "{\"google\":{"u8, .. id, .. id.IsEmpty || signed.IsEmpty ? default : ","u8, .. signed, .. "}}"u8];
    }

    private static string? Find(Dictionary<string, JsonElement>? rest, string name) => rest is not null && rest.TryGetValue(Member, out var extra) ? Text(extra, name) : null;

    private static string? Text(JsonElement extra, string name) =>
        extra.ValueKind == JsonValueKind.Object && extra.TryGetProperty("google", out var google) && google.ValueKind == JsonValueKind.Object
        && google.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
