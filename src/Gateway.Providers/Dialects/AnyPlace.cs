using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.Providers.Dialects;

/// <summary>A place that stands for all of a list (<c>messages[].images</c>), as what was left out is named once for all of them.</summary>
internal static class AnyPlace
{
    private const string Any = "[]";

    public static bool Is(string place) => place.Contains(Any, StringComparison.Ordinal);

    /// <param name="chat">At the beginning of the request.</param>
    /// <param name="isItem">It is a list there: the place is its first item's.</param>
    /// <returns>The first such place in the request; null: there is none.</returns>
    public static string? First(Utf8JsonReader chat, string place, out bool isItem)
    {
        var found = new StringBuilder(place.Length + 8);
        isItem = false;
        return TryFind(chat, place, 0, found, ref isItem) ? found.ToString() : null;
    }

    /// <summary>The place of one, as that of all.</summary>
    public static string Of(string place)
    {
        var all = new StringBuilder(place.Length);
        foreach (var c in place)
        {
            if (!char.IsAsciiDigit(c) || all.Length == 0 || all[^1] != '[') all.Append(c);
        }

        return all.ToString();
    }

    private static bool TryFind(Utf8JsonReader reader, string place, int at, StringBuilder found, ref bool isItem)
    {
        while (at < place.Length)
        {
            if (place.AsSpan(at).StartsWith(Any, StringComparison.Ordinal)) return TryFindInList(reader, place, at + Any.Length, found, ref isItem);
            var start = at;
            if (!PlaceStep.TryRead(place, ref at, out var step) || !step.Enter(ref reader, out _)) return false;
            found.Append(place, start, at - start);
        }

        isItem = reader.TokenType == JsonTokenType.StartArray;
        if (isItem) found.Append("[0]");
        return true;
    }

    private static bool TryFindInList(Utf8JsonReader reader, string place, int at, StringBuilder found, ref bool isItem)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        var length = found.Length;
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            found.Append(CultureInfo.InvariantCulture, $"[{i}]");
            if (TryFind(reader, place, at, found, ref isItem)) return true;
            found.Length = length;
            reader.Skip();
        }

        return false;
    }
}
