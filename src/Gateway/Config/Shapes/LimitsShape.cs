using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>limits: { rpm: 60, tpm: 100000, concurrency: 10 }</c></summary>
internal static class LimitsShape
{
    private static readonly Key<long> Rpm = new("rpm", Integers.Rate, "Requests a minute; absent: no limit.");
    private static readonly Key<long> Tpm = new("tpm", Integers.Rate, "Tokens a minute, input and output together; absent: no limit.");
    private static readonly Key<int> Concurrency = new("concurrency", Integers.Concurrency, "Requests at the same time; absent: no limit.");

    public static readonly RecordKind<LimitsConfig> Kind = new("limits", [Rpm, Tpm, Concurrency], static m => new()
    {
        Rpm = m.GetOrNull(Rpm),
        Tpm = m.GetOrNull(Tpm),
        Concurrency = m.GetOrNull(Concurrency),
    });
}
