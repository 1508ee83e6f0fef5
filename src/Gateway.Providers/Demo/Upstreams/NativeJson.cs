using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Demo.Upstreams;

/// <summary>Reads and writes JSON of wire formats that nobody here has records for: what these upstreams need of a request is a handful of members.</summary>
internal static class NativeJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes(NativeNode node)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(output, Options)) node.WriteTo(json);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A server-sent event.</summary>
    /// <param name="name">Its type; null: none is said.</param>
    public static ReadOnlyMemory<byte> Event(NativeNode data, string? name = null, string lineEnd = "\n")
    {
        var head = name is null ? "data: " : $"event: {name}{lineEnd}data: ";
        return (byte[])[.. Encoding.UTF8.GetBytes(head), .. Bytes(data), .. Encoding.UTF8.GetBytes(lineEnd + lineEnd)];
    }

    /// <summary>The member of an object under one of its names; null where there is none or it is null.</summary>
    public static JsonElement? Member(JsonElement of, params ReadOnlySpan<string> names)
    {
        if (of.ValueKind != JsonValueKind.Object) return null;
        foreach (var name in names)
            if (of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null) return value;
        return null;
    }

    /// <summary>Null where it is no string.</summary>
    public static string? Text(JsonElement of, params ReadOnlySpan<string> names) => Member(of, names) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static bool? Flag(JsonElement of, params ReadOnlySpan<string> names) => Member(of, names)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>Null where it is no whole number of 64 bits.</summary>
    public static long? Number(JsonElement of, params ReadOnlySpan<string> names) =>
        Member(of, names) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    /// <summary>Empty where it is no array.</summary>
    public static IReadOnlyList<JsonElement> Items(JsonElement of, params ReadOnlySpan<string> names) =>
        Member(of, names) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : [];

    /// <summary>The strings of an array; null where there are none.</summary>
    public static IReadOnlyList<string>? Texts(JsonElement of, params ReadOnlySpan<string> names)
    {
        var texts = Items(of, names).Where(static i => i.ValueKind == JsonValueKind.String).Select(static i => i.GetString()!).ToList();
        return texts.Count > 0 ? texts : null;
    }

    /// <summary>The object that the text of a call's arguments is; null where the answer's limit cut it.</summary>
    public static NativeNode? Object(string arguments) => RequestJson.IsObject(arguments) ? NativeNode.Raw(arguments) : null;

    /// <summary>In RFC 3339, with seconds.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
