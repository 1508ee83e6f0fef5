using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Config.Values;

/// <summary>Values as JSON, for defaults in schema and documentation.</summary>
internal static class JsonLiteral
{
    /// <summary>Text in quotes, escaped where JSON needs it and nowhere else.</summary>
    public static string Text(string text) => $"\"{Encoding.UTF8.GetString(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes)}\"";
}
