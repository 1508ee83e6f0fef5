using System.Globalization;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>A duration with its unit: <c>500ms 30s 5m 12h 30d</c>, fractions allowed (<c>1.5s</c>).</summary>
/// <param name="min">The shortest.</param>
/// <param name="max">The longest.</param>
internal sealed class DurationKind(TimeSpan min, TimeSpan max) : ScalarKind<TimeSpan>
{
    /// <summary>The units, longest name first, so that <c>ms</c> is not taken for <c>s</c>.</summary>
    private static readonly (string Name, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour), ("d", TimeSpan.TicksPerDay),
    ];

    public override string Noun => "a duration";

    public override string Json(TimeSpan value) => JsonLiteral.Text(Format(value));

    public override void WriteSchema(SchemaWriter schema) => schema.TextMatching(@"^[0-9]+(\.[0-9]+)?(ms|s|m|h|d)$");

    /// <summary>The duration in the largest unit that leaves no fraction: <c>600s</c> is <c>10m</c>.</summary>
    public static string Format(TimeSpan value)
    {
        foreach (var (name, ticks) in Units.Reverse())
        {
            if (value.Ticks % ticks == 0 && value.Ticks >= ticks)
                return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / ticks}{name}");
        }

        return value == TimeSpan.Zero ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds}ms");
    }

    /// <summary>Reads a duration; null: it is none.</summary>
    public static TimeSpan? Read(string text)
    {
        foreach (var (name, ticks) in Units)
        {
            if (!text.EndsWith(name, StringComparison.Ordinal))
                continue;
            return decimal.TryParse(text.AsSpan(0, text.Length - name.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number <= long.MaxValue / ticks ? TimeSpan.FromTicks((long)(number * ticks)) : null;
        }

        return null;
    }

    protected override string? Parse(string text, out TimeSpan value)
    {
        value = Read(text) ?? TimeSpan.MinValue;
        if (value == TimeSpan.MinValue)
            return "is no duration: write a number and its unit, as in 500ms, 30s, 5m, 12h, 30d";
        if (value < min)
            return $"is too short: {Format(min)} is the least";
        return value > max ? $"is too long: {Format(max)} is the most" : null;
    }
}
