using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary><c>idempotency: { keep: 24h }</c></summary>
internal static class IdempotencyShape
{
    private static readonly Key<TimeSpan> Keep = new("keep", new DurationKind(TimeSpan.Zero, TimeSpan.FromDays(30)), "How long an answer is kept in the store, to be given again to a request with the same Idempotency-Key; 0s: the header is ignored and nothing is kept.") { Default = new IdempotencyConfig().Keep };

    public static readonly RecordKind<IdempotencyConfig> Kind = new("idempotency", [Keep], static m => new() { Keep = m.Get(Keep) });
}
