using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Gateway.Providers.Dialects;

/// <summary>
/// What a provider wants back and a client's dialect has no place for, as a text that the client keeps and returns without looking into it: <c>gateway.</c> and JSON in base64url. What stands
/// in the JSON is the dialect's affair; a member <c>v</c> says which form it is.
/// </summary>
internal static class OpaqueMemory
{
    public const string Prefix = "gateway.";

    public const int Version = 1;

    public static ReadOnlySpan<byte> PrefixUtf8 => "gateway."u8;

    public static string Encode(JsonElement value) => Encode(Encoding.UTF8.GetBytes(value.GetRawText()));

    /// <param name="json">One JSON value in UTF-8.</param>
    public static string Encode(ReadOnlySpan<byte> json) => Prefix + Base64Url.EncodeToString(json);

    /// <summary>The JSON of an object of ours; false where the text is another's, or broken on its way: it is then as if it were not there.</summary>
    public static bool TryDecode(string? text, out JsonElement value)
    {
        value = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var encoded = text.AsSpan(Prefix.Length);
        var bytes = new byte[Base64Url.GetMaxDecodedLength(encoded.Length)];
        if (Base64Url.DecodeFromChars(encoded, bytes, out var consumed, out var written) != OperationStatus.Done || consumed != encoded.Length) return false;
        return TryParse(bytes.AsSpan(0, written), out value);
    }

    private static bool TryParse(ReadOnlySpan<byte> json, out JsonElement value)
    {
        value = default;
        if (!Shared.JsonText.IsText(json)) return false;
        try
        {
            value = JsonElement.Parse(json);
        }
        catch (JsonException)
        {
            return false;
        }

        return value.ValueKind == JsonValueKind.Object && value.TryGetProperty("v", out var version) && version.ValueKind == JsonValueKind.Number
            && version.TryGetInt32(out var number) && number == Version;
    }
}
