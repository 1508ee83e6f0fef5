using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>A request of the dialect while it is being translated.</summary>
/// <param name="Root">The request's object.</param>
/// <param name="TargetModel">The provider's name of the model.</param>
internal sealed record ResponsesAsk(JsonElement Root, ChatTarget Target, string TargetModel, RequestFit Fit)
{
    private const string CacheControl = "cache_control";

    private const string CacheBreakpoint = "prompt_cache_breakpoint";

    public ClientPlaces Places { get; } = new(ResponsesFields.OfClient);

    /// <returns>Null where there is no such member, or it is null.</returns>
    public JsonElement? Find(string name) => Find(Root, name);

    /// <returns>Null where there is no such member, or it is null.</returns>
    public static JsonElement? Find(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A member that must be of a kind, where it is there at all.</summary>
    /// <param name="at">The client's name of it.</param>
    /// <param name="expected">Goes on after the name: "must be a string".</param>
    public JsonElement? Find(JsonElement of, string name, string at, JsonValueKind kind, string expected)
    {
        if (Find(of, name) is not { } value) return null;
        if (value.ValueKind == kind) return value;
        Fit.Fail($"'{at}' {expected}.", at);
        return null;
    }

    /// <summary>Text of the client's, copied as it is escaped.</summary>
    public static void CopyText(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement text)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(Raw(text), skipInputValidation: true);
    }

    public static ReadOnlySpan<byte> Raw(JsonElement value) => JsonMarshal.GetRawUtf8Value(value);

    /// <summary>Several texts as one JSON string.</summary>
    /// <param name="between">Escaped.</param>
    public static byte[] Joined(IReadOnlyList<JsonElement> texts, ReadOnlySpan<byte> between)
    {
        var joined = new List<byte>(256) { (byte)'"' };
        for (var i = 0; i < texts.Count; i++)
        {
            if (i > 0) joined.AddRange(between);
            joined.AddRange(Raw(texts[i])[1..^1]);
        }

        joined.Add((byte)'"');
        return [.. joined];
    }

    /// <summary>Whether an item, a part or a tool says where a cached prompt may end.</summary>
    public static bool HasCacheMark(JsonElement of) => Find(of, CacheControl) is not null || Find(of, CacheBreakpoint) is not null;

    /// <summary>Tells the provider where a cached prompt may end, in its own way; where it has none the answer is the same without, and the mark is dropped.</summary>
    /// <param name="at">Where <paramref name="of"/> stands.</param>
    public void CacheMark(Utf8JsonWriter json, JsonElement of, string at)
    {
        if (Find(of, CacheControl) is { } control)
        {
            if (Target.Reach == ChatReach.Translated)
            {
                Places.Note(json, at, CacheControl, isCopy: true);
                Copy(json, CacheControl, control);
            }
            else
            {
                Fit.Drop($"{ClientShapes.Of(at)}.{CacheControl}");
            }
        }
        else if (Find(of, CacheBreakpoint) is { } breakpoint)
        {
            Places.Note(json, at, CacheBreakpoint);
            if (Target.Reach == ChatReach.OpenAI) Copy(json, CacheBreakpoint, breakpoint);
            else if (Target.Reach == ChatReach.Compatible) Fit.Drop($"{ClientShapes.Of(at)}.{CacheBreakpoint}");
            else Ephemeral(json);
        }
    }

    public static void Copy(Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        value.WriteTo(json);
    }

    private static void Ephemeral(Utf8JsonWriter json)
    {
        json.WriteStartObject(CacheControl);
        json.WriteString("type"u8, "ephemeral"u8);
        json.WriteEndObject();
    }
}
