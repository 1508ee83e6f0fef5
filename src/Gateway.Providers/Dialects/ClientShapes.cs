using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.Providers.Dialects;

/// <summary>Of a place with <c>[]</c>, which stands for each of a list (<c>messages[].content[].file.filename</c>): where the client has it, with <c>[]</c> too. One walk over the chat request, however many there are.</summary>
internal ref partial struct ClientShapes(PlaceNotes notes, string shape)
{
    private readonly List<string> _found = [];

    /// <returns>A place as it is said of each of a list.</returns>
    public static string Of(string place) => Index().Replace(place, "[]");

    /// <returns>Each once; none where the client has no such place.</returns>
    public readonly IReadOnlyList<string> In(ref Utf8JsonReader reader)
    {
        reader.Read();
        Value(ref reader, 0, null, 0);
        return _found;
    }

    /// <param name="at">How much of the shape has been read.</param>
    /// <param name="note">The innermost on the way.</param>
    /// <param name="noted">How much of the shape that is.</param>
    private readonly void Value(ref Utf8JsonReader reader, int at, PlaceNote? note, int noted)
    {
        if (at == shape.Length)
        {
            // Beside a note there is only what was copied with it: of all else the client has no such member.
            if (note is { } told && (told.IsCopy || noted == at) && Told(told, noted) is var place && !_found.Contains(place)) _found.Add(place);
            reader.Skip();
            return;
        }

        var isList = shape.AsSpan(at).StartsWith("[]");
        var step = default(PlaceStep);
        var next = at;
        if (isList) next += 2;
        else if (!PlaceStep.TryRead(shape, ref next, out step)) next = -1;
        if (next < 0 || reader.TokenType != (isList ? JsonTokenType.StartArray : JsonTokenType.StartObject))
        {
            reader.Skip();
            return;
        }

        for (var from = (int)reader.BytesConsumed; reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject); from = (int)reader.BytesConsumed)
        {
            var isIt = isList || reader.ValueTextEquals(step.Name);
            if (!isList) reader.Read();
            if (!isIt) reader.Skip();
            else if (notes.Last(from, (int)reader.TokenStartIndex) is { } inner) Value(ref reader, next, inner, next);
            else Value(ref reader, next, note, noted);
        }
    }

    private readonly string Told(in PlaceNote note, int noted) => Of(note.Place(shape[noted..]));

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Index();
}
