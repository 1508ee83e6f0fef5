using System.Globalization;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>A number of bytes: <c>32MiB</c>, <c>500KB</c>, <c>4096</c>.</summary>
/// <param name="min">The fewest bytes.</param>
/// <param name="max">The most bytes.</param>
internal sealed class SizeKind(long min, long max) : ScalarKind<long>
{
    private static readonly (string Name, long Bytes)[] Units =
    [
        ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1), ("", 1),
    ];

    public override string Noun => "a size";

    public override string Json(long value) => JsonLiteral.Text(Format(value));

    public override void WriteSchema(SchemaWriter schema)
    {
        schema.Json.WriteStartArray("type");
        schema.Json.WriteStringValue("integer");
        schema.Json.WriteStringValue("string");
        schema.Json.WriteEndArray();
        schema.Json.WriteString("pattern", schema.OrVariable("^[0-9]+([KMG]i?B|B)?$"));
    }

    protected override string? Parse(string text, out long value)
    {
        var (name, bytes) = Units.First(u => text.EndsWith(u.Name, StringComparison.Ordinal));
        value = 0;
        if (!long.TryParse(text.AsSpan(0, text.Length - name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue / bytes)
            return "is no size: write bytes or a number and its unit, as in 32MiB, 500KB, 1GiB";
        value = number * bytes;
        if (value < min)
            return $"is too small: {Format(min)} is the least";
        return value > max ? $"is too large: {Format(max)} is the most" : null;
    }

    private static string Format(long value)
    {
        var (name, bytes) = Units.First(u => u.Name.Length != 2 && value % u.Bytes == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{value / bytes}{name}");
    }
}
