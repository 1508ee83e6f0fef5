using System.Globalization;
using System.Text;

namespace Gateway.Providers.Demo.Model;

/// <summary>Strings that fit a schema's format, pattern and length.</summary>
internal static class DemoTexts
{
    private const int MaxLength = 16 * 1024;

    /// <summary>Null: there is none, or none of reasonable length.</summary>
    public static string? Make(DemoSchema schema, string? name, DemoHints hints, DemoDice dice, int turn)
    {
        var nth = Math.Max(turn, 0);
        var least = schema.Least("minLength");
        var most = schema.Most("maxLength");
        if (least > most || least > MaxLength) return null;
        if (schema.FindText("format") is { } format && OfFormat(format, dice, nth) is { } known && Fits(known, least, most)) return known;
        if (schema.FindText("pattern") is { } pattern && DemoPattern.Sample(pattern, dice, least, most) is { } matching) return matching;
        if (nth == 0 && hints.Text() is { } hint && Fits(hint, least, most)) return hint;
        return Sized(Plain(name, nth), least, most, nth);
    }

    private static string Plain(string? name, int turn)
    {
        var words = name is null ? "text" : name.Replace('_', ' ').Replace('-', ' ');
        return turn == 0 ? $"sample {words}" : string.Create(CultureInfo.InvariantCulture, $"sample {words} {turn + 1}");
    }

    private static string Sized(string text, int least, int most, int turn)
    {
        var sized = new StringBuilder(text);
        while (sized.Length < least * 2 && Runes(sized.ToString()) < least) sized.Append(" and more");
        var result = sized.ToString();
        var longest = Math.Max(least, Math.Min(most, Runes(text)));
        if (Runes(result) <= longest) return result;
        result = string.Concat(result.EnumerateRunes().Take(longest));
        return turn > 0 && result.Length > 0 ? result[..^1] + (char)('a' + (turn % 26)) : result;
    }

    private static bool Fits(string text, int least, int most) => Runes(text) is var length && length >= least && length <= most;

    private static int Runes(string text) => text.EnumerateRunes().Count();

    /// <summary>Addresses are those reserved for examples (RFC 2606, 5737, 3849). Null: a format that says nothing here.</summary>
    private static string? OfFormat(string format, DemoDice dice, int turn)
    {
        var day = string.Create(CultureInfo.InvariantCulture, $"2026-{1 + (turn % 12):00}-{1 + dice.Pick(28):00}");
        var time = string.Create(CultureInfo.InvariantCulture, $"{dice.Pick(24):00}:{dice.Pick(60):00}:00Z");
        return format switch
        {
            "date-time" => $"{day}T{time}",
            "date" => day,
            "time" => time,
            "duration" => $"P{1 + turn}D",
            "email" or "idn-email" => turn == 0 ? "ana@example.com" : $"ana{turn + 1}@example.com",
            "hostname" or "idn-hostname" => turn == 0 ? "example.com" : $"host{turn + 1}.example.com",
            "ipv4" => $"192.0.2.{1 + (turn % 250)}",
            "ipv6" => $"2001:db8::{1 + (turn % 250)}",
            "uri" or "url" or "iri" => turn == 0 ? "https://example.com/" : $"https://example.com/{turn + 1}",
            "uri-reference" or "iri-reference" => $"/page/{turn + 1}",
            "uuid" => Uuid(dice),
            _ => null,
        };
    }

    /// <summary>Version 4, variant 1.</summary>
    private static string Uuid(DemoDice dice)
    {
        var high = (dice.Next() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000;
        var low = (dice.Next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
        var digits = string.Create(CultureInfo.InvariantCulture, $"{high:x16}{low:x16}");
        return $"{digits[..8]}-{digits[8..12]}-{digits[12..16]}-{digits[16..20]}-{digits[20..]}";
    }
}
