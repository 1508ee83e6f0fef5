using System.Buffers;
using System.Text;

namespace Gateway.PassThrough;

/// <summary>What a part of a path may be: nothing that some server on the way takes for a separator, for the way up, or for the end of the path.</summary>
internal static class PassSegment
{
    /// <summary>RFC 3986's characters of a segment, but for the semicolon: some servers cut a segment there, and <c>..;x</c> becomes the way up.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@");

    /// <summary>What may not be hidden in an escape: a server that decodes twice, or before it splits, would see another path.</summary>
    private static readonly SearchValues<byte> Hidden = SearchValues.Create("/\\.%;?#"u8);

    /// <summary>Characters that become dots, slashes or percent signs where a server folds compatible forms of Unicode.</summary>
    private static readonly SearchValues<char> LookAlikes = SearchValues.Create("\u2024\u2025\u2026\u2044\u2100\u2101\u2105\u2106\u2215\u29F8\u29F5\uFE52\uFE54\uFE68\uFE6A");

    /// <returns>Null for one that may pass.</returns>
    public static string? Problem(string segment)
    {
        if (segment.Length == 0) return "is empty";
        var bytes = new byte[segment.Length];
        var length = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                if (!Plain.Contains(segment[i])) return "has a character that a path does not have";
                bytes[length++] = (byte)segment[i];
                continue;
            }

            if (i + 2 >= segment.Length || !char.IsAsciiHexDigit(segment[i + 1]) || !char.IsAsciiHexDigit(segment[i + 2])) return "has a % without two hexadecimal digits behind it";
            var value = Convert.ToByte(segment.Substring(i + 1, 2), 16);
            if (value < 0x20 || value == 0x7F || Hidden.Contains(value)) return "has an escape for a character that cannot be in a name (a dot, slash, backslash, percent sign, semicolon, question mark, number sign or control character)";
            bytes[length++] = value;
            i += 2;
        }

        return ProblemOf(bytes.AsSpan(0, length));
    }

    private static string? ProblemOf(ReadOnlySpan<byte> decoded)
    {
        if (!System.Text.Unicode.Utf8.IsValid(decoded)) return "is not UTF-8";
        var text = Encoding.UTF8.GetString(decoded);
        if (text.AsSpan().Trim(" .").IsEmpty) return "is nothing but dots or spaces";
        foreach (var c in text)
            if (char.IsControl(c) || LookAlikes.Contains(c) || c is >= '\uFF01' and <= '\uFF5E') return "has a control character, or one that some servers take for a dot or a slash";
        return null;
    }
}
