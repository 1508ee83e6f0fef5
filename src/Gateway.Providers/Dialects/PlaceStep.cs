using System.Globalization;
using System.Text.Json;

namespace Gateway.Providers.Dialects;

/// <summary>One step of a place as errors write it: <c>messages</c>, <c>[2]</c>, <c>content</c>.</summary>
/// <param name="Start">Where its name begins in the place.</param>
internal readonly record struct PlaceStep(string Place, int Start, int Length)
{
    public ReadOnlySpan<char> Name => Place.AsSpan(Start, Length);

    /// <param name="at">Where the step begins in the place; afterwards, where it ends.</param>
    /// <returns>False at the place's end, or where it is no place.</returns>
    public static bool TryRead(string place, ref int at, out PlaceStep step)
    {
        step = default;
        if (at < place.Length && place[at] == '.') at++;
        var rest = place.AsSpan(at);
        if (rest.IsEmpty) return false;
        var isIndex = rest[0] == '[';
        var start = isIndex ? 1 : 0;
        var length = isIndex ? rest.IndexOf(']') - start : rest[start..].IndexOfAny('.', '[');
        if (length < 0 && isIndex) return false;
        if (length < 0) length = rest.Length - start;
        if (length == 0) return false;
        step = new(place, at + start, length);
        at += start + length + (isIndex ? 1 : 0);
        return true;
    }

    /// <summary>Moves from a value to the one inside it that the step names.</summary>
    /// <param name="from">Where what stands before it ends: its name, or a comma, is between.</param>
    /// <returns>False where there is none.</returns>
    public bool Enter(ref Utf8JsonReader reader, out int from)
    {
        from = (int)reader.BytesConsumed;
        var isList = reader.TokenType == JsonTokenType.StartArray;
        var wanted = 0;
        if (isList ? !int.TryParse(Name, NumberStyles.None, CultureInfo.InvariantCulture, out wanted) : reader.TokenType != JsonTokenType.StartObject) return false;
        for (var i = 0; reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject); i++)
        {
            var isIt = isList ? i == wanted : reader.ValueTextEquals(Name);
            if (!isList) reader.Read();
            if (isIt) return true;
            reader.Skip();
            from = (int)reader.BytesConsumed;
        }

        return false;
    }
}
