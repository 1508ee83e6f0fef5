using System.Globalization;

namespace Gateway.Core.Money;

/// <summary>An amount of US dollars in integer billionths. Sums are exact; rounding happens once, when a ledger row is priced.</summary>
public readonly record struct NanoUsd(long Value) : IComparable<NanoUsd>
{
    public const long PerDollar = 1_000_000_000;

    public static readonly NanoUsd Zero;

    /// <summary>Rounds away from zero, so that a fraction of a nano-dollar is never given away.</summary>
    /// <exception cref="OverflowException">More than about 9.2 billion dollars.</exception>
    public static NanoUsd FromDollars(decimal dollars)
    {
        var nano = dollars * PerDollar;
        return new((long)(nano >= 0 ? decimal.Ceiling(nano) : decimal.Floor(nano)));
    }

    public decimal Dollars => Value / (decimal)PerDollar;

    public int CompareTo(NanoUsd other) => Value.CompareTo(other.Value);

    public static NanoUsd operator +(NanoUsd a, NanoUsd b) => new(checked(a.Value + b.Value));

    public static NanoUsd operator -(NanoUsd a, NanoUsd b) => new(checked(a.Value - b.Value));

    public static bool operator <(NanoUsd a, NanoUsd b) => a.Value < b.Value;

    public static bool operator >(NanoUsd a, NanoUsd b) => a.Value > b.Value;

    public static bool operator <=(NanoUsd a, NanoUsd b) => a.Value <= b.Value;

    public static bool operator >=(NanoUsd a, NanoUsd b) => a.Value >= b.Value;

    /// <summary>Dollars with as many of the nine decimals as it takes: <c>0.00012</c>, never <c>1.2E-4</c>.</summary>
    public override string ToString()
    {
        var magnitude = (UInt128)Int128.Abs(Value);
        var (dollars, nano) = ((ulong)(magnitude / PerDollar), (uint)(magnitude % PerDollar));
        var sign = Value < 0 ? "-" : "";
        if (nano == 0) return string.Create(CultureInfo.InvariantCulture, $"{sign}{dollars}");
        var decimals = 9;
        for (; nano % 10 == 0; nano /= 10) decimals--;
        Span<char> fraction = stackalloc char[9];
        for (var i = decimals - 1; i >= 0; i--, nano /= 10) fraction[i] = (char)('0' + nano % 10);
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{dollars}.{fraction[..decimals]}");
    }
}
