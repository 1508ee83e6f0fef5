using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.Pipeline;

/// <summary>Where something stands in a request's body, as errors write it: <c>messages[3].content[0].text</c>. The body is walked once more for it: only a request that is refused pays.</summary>
internal static class BodyPlaces
{
    /// <summary>Characters of a name; longer ones are cut.</summary>
    private const int MaxNameLength = 64;

    /// <param name="offset">Where a token begins. Up to there the body is well-formed, and at most one level deeper than <see cref="BodyScan.MaxDepth"/>.</param>
    /// <returns>The place of the value or the member; null: it is the body itself. A name that is no text ends the place before it.</returns>
    public static string? At(ReadOnlySpan<byte> body, long offset)
    {
        Span<Step> steps = stackalloc Step[BodyScan.MaxDepth + 2];
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = BodyScan.MaxDepth + 1 });
        while (reader.Read())
        {
            var depth = reader.CurrentDepth;
            var type = reader.TokenType;
            if (type is JsonTokenType.EndObject or JsonTokenType.EndArray) continue;
            if (type == JsonTokenType.PropertyName) steps[depth] = new(((int)reader.TokenStartIndex + 1)..((int)reader.TokenStartIndex + 1 + reader.ValueSpan.Length));
            else if (steps[depth].IsList) steps[depth].Index++;
            if (reader.TokenStartIndex >= offset) return Write(body, steps[1..(depth + 1)]);
            if (type is JsonTokenType.StartObject or JsonTokenType.StartArray) steps[depth + 1] = new(default) { IsList = type == JsonTokenType.StartArray, Index = -1 };
        }

        return null;
    }

    private static string? Write(ReadOnlySpan<byte> body, ReadOnlySpan<Step> steps)
    {
        var place = new StringBuilder();
        foreach (var step in steps)
        {
            if (step.IsList)
            {
                place.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
                continue;
            }

            var name = body[step.Name];
            if (name.Contains((byte)'\\'))
            {
                if (BodyScan.HasLoneSurrogate(name)) break;
                name = JsonBytes.Unescape(name);
            }

            if (place.Length > 0) place.Append('.');
            var text = Encoding.UTF8.GetString(name);
            if (text.Length <= MaxNameLength) place.Append(text);
            else place.Append(text.AsSpan(0, char.IsHighSurrogate(text[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength)).Append('…');
        }

        return place.Length > 0 ? place.ToString() : null;
    }

    /// <param name="Name">Of a member, without quotes.</param>
    private record struct Step(Range Name)
    {
        public bool IsList;

        public int Index;
    }
}
