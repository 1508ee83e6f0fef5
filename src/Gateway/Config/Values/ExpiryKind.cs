using System.Globalization;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>The last instant something is valid: a day (its last tick, UTC), or an instant with its offset.</summary>
internal sealed class ExpiryKind : ScalarKind<DateTimeOffset>
{
    public static readonly ExpiryKind Instance = new();

    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    public override string Noun => "a day or an instant";

    public override void WriteSchema(SchemaWriter schema) =>
        schema.TextMatching(@"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d))?$");

    protected override string? Parse(string text, out DateTimeOffset value)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            value = new DateTimeOffset(day.ToDateTime(TimeOnly.MaxValue), TimeSpan.Zero);
            return null;
        }

        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-');
        if (DateTimeOffset.TryParseExact(text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out value) && hasOffset)
            return null;
        return "is neither a day nor an instant: write 2027-01-31 (valid to the end of that day, UTC) or 2027-01-31T18:00:00Z";
    }
}
