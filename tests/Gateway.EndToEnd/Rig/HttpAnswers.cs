using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Rig;

/// <summary>Where the answers on a raw connection end.</summary>
public static partial class HttpAnswers
{
    private const string EndOfHead = "\r\n\r\n";

    /// <summary>Whether the text is one or more answers to their last byte, and not the promise of one (1xx). Of an answer without a length only the end of the connection tells.</summary>
    public static bool AreWhole(string text)
    {
        var isFinal = false;
        for (var at = 0; at < text.Length;)
        {
            var head = text.IndexOf(EndOfHead, at, StringComparison.Ordinal);
            if (head < 0)
                return false;
            var fields = text[at..(head + 2)];
            isFinal = !Promise().IsMatch(fields);
            at = head + EndOfHead.Length;
            if (!isFinal || Bodiless().IsMatch(fields))
                continue;
            if (EndOfBody(text, at, fields) is not { } end || end > text.Length)
                return false;
            at = end;
        }
        return isFinal;
    }

    private static int? EndOfBody(string text, int at, string fields)
    {
        if (Length().Match(fields) is { Success: true } length)
            return at + int.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture);
        if (!Chunked().IsMatch(fields))
            return null;
        while (text.IndexOf("\r\n", at, StringComparison.Ordinal) is >= 0 and var line)
        {
            var size = int.Parse(text.AsSpan(at, line - at), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at = line + 2 + size + 2;
            if (size == 0)
                return at;
            if (at > text.Length)
                return null;
        }
        return null;
    }

    [GeneratedRegex(@"\AHTTP/1\.[01] 1\d\d ")]
    private static partial Regex Promise();

    [GeneratedRegex(@"\AHTTP/1\.[01] (204|304) ")]
    private static partial Regex Bodiless();

    [GeneratedRegex(@"\r\nContent-Length: *(\d+)\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex Length();

    [GeneratedRegex(@"\r\nTransfer-Encoding: *chunked\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex Chunked();
}
