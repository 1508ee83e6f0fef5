using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>{ min: 1000, max: 8000 }</c></summary>
internal static class TokenRangeShape
{
    private static readonly Key<long> Min = new("min", Integers.Rate, "At least so many; absent: any.");

    private static readonly Key<long> Max = new("max", Integers.Rate, "At most so many; absent: any.");

    public static readonly RecordKind<TokenRange> Kind = new("token_range", [Min, Max], static m =>
    {
        var range = new TokenRange(m.GetOrNull(Min), m.GetOrNull(Max));
        if (range.Min > range.Max) m.Fail(Max, "is less than min: no request is both");
        return range;
    });
}
