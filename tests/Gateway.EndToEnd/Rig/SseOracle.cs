using System.Text;

namespace Gateway.EndToEnd.Rig;

/// <summary>One event as a browser would see it.</summary>
public sealed record SseEvent(string Data, string? Event = null, string? Id = null);

/// <summary>Reads server-sent events by the letter of the HTML standard, with no line of code in common with the gateway.</summary>
public static class SseOracle
{
    /// <summary>Complete events; what follows the last blank line was never an event.</summary>
    public static IReadOnlyList<SseEvent> Parse(ReadOnlySpan<byte> stream)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(stream);
        if (text.StartsWith('\uFEFF'))
            text = text[1..];
        var events = new List<SseEvent>();
        var data = new StringBuilder();
        string? name = null, id = null;
        foreach (var line in Lines(text))
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                    events.Add(new(data.ToString(0, data.Length - 1), name, id));
                data.Clear();
                name = null;
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon == 0)
                continue;
            var field = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1)..];
            if (value.StartsWith(' '))
                value = value[1..];
            switch (field)
            {
                case "data":
                    data.Append(value).Append('\n');
                    break;
                case "event":
                    name = value;
                    break;
                case "id":
                    id = value;
                    break;
            }
        }

        return events;
    }

    /// <summary>Every terminated line: CRLF, LF and CR end one.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('\r' or '\n'))
                continue;
            yield return text[start..i];
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                i++;
            start = i + 1;
        }
    }
}
