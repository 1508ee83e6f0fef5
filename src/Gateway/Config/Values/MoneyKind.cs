using System.Globalization;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>US dollars, decimal: <c>25.00</c>.</summary>
/// <param name="min">The least.</param>
/// <param name="max">The most.</param>
/// <param name="decimals">Digits after the point that count; further ones would be lost, so they are refused.</param>
internal sealed class MoneyKind(decimal min, decimal max, int decimals) : ScalarKind<decimal>
{
    /// <summary>A budget: something, in whole nano-dollars, and at most what fits 64 bits of them.</summary>
    public static readonly MoneyKind Budget = new(0.000000001m, 9_000_000_000m, 9);

    /// <summary>A rate per million tokens; a free model's is 0.</summary>
    public static readonly MoneyKind Rate = new(0m, 1_000_000m, 12);

    /// <summary>For one call.</summary>
    public static readonly MoneyKind PerCall = new(0m, 1_000m, 12);

    public override string Noun => "an amount in US dollars";

    public override string Json(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    public override void WriteSchema(SchemaWriter schema) => schema.Number("number", Json(min), Json(max));

    protected override string? Parse(string text, out decimal value)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            return "is no amount: write US dollars as a plain decimal, as in 25.00";
        if (value < min)
            return min > 0 ? "must be more than 0" : "must not be negative";
        if (value > max)
            return $"is too much: {Json(max)} is the most";
        return value != decimal.Round(value, decimals) ? $"has more than {decimals} decimals" : null;
    }
}
