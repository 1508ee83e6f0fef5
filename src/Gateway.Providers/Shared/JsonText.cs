using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Providers.Shared;

/// <summary>The text of JSON strings: not every well-formed one has any, since an escape may be half of a surrogate pair.</summary>
internal static class JsonText
{
    /// <summary>The text of a JSON string that stands in a stream's bytes.</summary>
    /// <param name="json">With its quotes and escapes; empty: no string, no text.</param>
    public static string Decode(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return "";
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)   // half of a surrogate pair, or no UTF-8: there is no such text, so it is shown as it stands
        {
            return Encoding.UTF8.GetString(json[1..^1]);
        }
    }

    /// <summary>How many characters (UTF-16) the text of a JSON string has.</summary>
    /// <param name="json">With its quotes and escapes; empty: no string, no text.</param>
    public static int Length(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return 0;
        var inside = json[1..^1];
        if (Ascii.IsValid(inside) && !inside.Contains((byte)'\\')) return inside.Length;
        var length = 0;
        for (var i = 0; i < inside.Length; i++)
        {
            var c = inside[i];
            if (c == '\\') i += i + 1 < inside.Length && inside[i + 1] == 'u' ? 5 : 1;
            length += (c & 0xC0) == 0x80 ? 0 : c >= 0xF0 ? 2 : 1;   // four bytes of UTF-8 are a pair of surrogates
        }

        return length;
    }

    /// <summary>A provider's error body for the client; null where it has strings that cannot be written again.</summary>
    public static ReadOnlyMemory<byte>? Shown(ReadOnlySpan<byte> body) => IsText(body) ? (ReadOnlyMemory<byte>?)body.ToArray() : null;

    /// <summary>Whether every string of a JSON value is text. Where it is no JSON there is nothing to say against its strings.</summary>
    public static bool IsText(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json)) return false;
        if (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0) return true;
        var buffer = ArrayPool<byte>.Shared.Rent(json.Length);
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) reader.CopyString(buffer);
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        catch (JsonException)
        {
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
