using System.Buffers.Text;

namespace Gateway.Telemetry.Metrics;

/// <summary>Writes a whole number as a decimal fraction: 1500 with three decimals is <c>1.5</c>. Exact, never an exponent.</summary>
internal static class FixedPoint
{
    /// <summary>Room that any value needs: 19 digits, sign, point, and a leading zero with up to nine decimals.</summary>
    public const int MaxLength = 32;

    /// <param name="value">The whole number.</param>
    /// <param name="decimals">How many of its digits stand behind the point, 0 to 9; trailing zeros are left out.</param>
    /// <returns>Bytes written.</returns>
    public static int Format(long value, int decimals, Span<byte> destination)
    {
        var scale = 1L;
        for (var i = 0; i < decimals; i++)
            scale *= 10;
        var (whole, rest) = Math.DivRem(value, scale);
        var length = 0;
        if (value < 0 && whole == 0)
            destination[length++] = (byte)'-';
        Utf8Formatter.TryFormat(whole, destination[length..], out var written);
        length += written;
        rest = Math.Abs(rest);
        if (rest == 0)
            return length;
        destination[length++] = (byte)'.';
        for (var digit = scale / 10; rest > 0; digit /= 10)
        {
            destination[length++] = (byte)('0' + rest / digit);
            rest %= digit;
        }
        return length;
    }
}
