using System.Globalization;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>A plain decimal number between two bounds.</summary>
internal sealed class NumberKind(double min, double max) : ScalarKind<double>
{
    /// <summary>A share of something, from 0 to 1.</summary>
    public static readonly NumberKind Share = new(0, 1);

    public override string Noun => "a number";

    public override string Json(double value) => value.ToString(CultureInfo.InvariantCulture);

    public override void WriteSchema(SchemaWriter schema) => schema.Number("number", Json(min), Json(max));

    protected override string? Parse(string text, out double value)
    {
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            return "is no number: write a plain decimal, as in 0.5";
        if (value < min)
            return $"is too small: {Json(min)} is the least";
        return value > max ? $"is too large: {Json(max)} is the most" : null;
    }
}
