using System.Globalization;
using System.Numerics;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>A whole number between two bounds.</summary>
internal sealed class IntegerKind<T>(T min, T max) : ScalarKind<T>
    where T : struct, IBinaryInteger<T>
{
    public override string Noun => "a whole number";

    public override string Json(T value) => value.ToString(null, CultureInfo.InvariantCulture);

    public override void WriteSchema(SchemaWriter schema) => schema.Number("integer", Json(min), Json(max));

    protected override string? Parse(string text, out T value)
    {
        if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            value = default;
            return "is no whole number: write digits only";
        }

        value = T.CreateSaturating(number);
        if (value < min)
            return $"is too small: {Json(min)} is the least";
        return value > max || number > Int128.CreateSaturating(max) ? $"is too large: {Json(max)} is the most" : null;
    }
}
