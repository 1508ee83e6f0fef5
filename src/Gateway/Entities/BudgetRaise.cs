using System.Text.Json;
using Gateway.Admission;
using Gateway.Config;
using Gateway.Config.Binding;
using Gateway.Config.Shapes;
using Gateway.Config.Values;
using Gateway.Core.Stores;

namespace Gateway.Entities;

/// <summary>A limit that is higher for a while: of one budget, by an amount, until an instant.</summary>
internal sealed record BudgetRaise
{
    private static readonly ChoiceKind<OwnerKind> Owners = new([("key", OwnerKind.Key), ("team", OwnerKind.Team), ("gateway", OwnerKind.Gateway)]);

    private static readonly Key<string> NameKey = new("name", Texts.Name, "The gateway makes it.") { Required = true };

    private static readonly Key<OwnerKind> OwnerKindKey = new("owner_kind", Owners, "Whose budget it is: key, team or gateway.") { Required = true };

    private static readonly Key<string> OwnerKey = new("owner", Texts.Name, "The name of the key or team; the gateway has none.");

    private static readonly Key<BudgetPeriod> PeriodKey = new("period", BudgetShape.Periods, "The budget's period.") { Required = true };

    private static readonly Key<string> TimezoneKey = new("timezone", ZoneKind.Instance, "The budget's time zone.") { Default = BudgetConfig.DefaultTimezone };

    private static readonly Key<bool> RollingKey = new("rolling", FlagKind.Instance, "Whether the budget counts back from now.") { Default = false };

    private static readonly Key<decimal> AmountKey = new("amount_usd", MoneyKind.Budget, "US dollars that may be spent beyond the limit.") { Required = true };

    private static readonly Key<DateTimeOffset> UntilKey = new("until", ExpiryKind.Instance, "The last day (UTC) or instant; absent: the end of the budget's current window.");

    private static readonly Key<string> ReasonKey = new("reason", Texts.Description, "Why, for whoever reads it later.") { Required = true };

    public static readonly RecordKind<BudgetRaise> Kind =
        new("raise", [NameKey, OwnerKindKey, OwnerKey, PeriodKey, TimezoneKey, RollingKey, AmountKey, UntilKey, ReasonKey], Build);

    public required OwnerKind OwnerKind { get; init; }

    /// <summary>Null: the gateway.</summary>
    public string? Owner { get; init; }

    public required BudgetPeriod Period { get; init; }

    public required string Timezone { get; init; }

    public required bool Rolling { get; init; }

    /// <summary>US dollars.</summary>
    public required decimal Amount { get; init; }

    /// <summary>The limit is as before from this instant on. Null only in a request.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether it is this owner's budget.</summary>
    public bool IsOf(OwnerKind kind, string? owner) => OwnerKind == kind && (kind == OwnerKind.Gateway || Owner == owner);

    public bool Raises(BudgetConfig budget) => budget.Period == Period && budget.Timezone == Timezone && budget.Rolling == Rolling;

    /// <summary>The raise as it was accepted; null for another kind of entity, and for one that cannot be read.</summary>
    public static BudgetRaise? Of(Entity entity)
    {
        if (entity.Kind != EntityKinds.Raise)
            return null;
        try
        {
            using var document = JsonDocument.Parse(entity.Document);
            return EntityBinder.Raise(document.RootElement, out _);
        }
        catch (JsonException)
        {
            return null;   // the overlay says that it is skipped, and why
        }
    }

    /// <summary>When the first of those in force ends; null: none is.</summary>
    public static DateTimeOffset? NextEnd(IEnumerable<Entity> entities, DateTimeOffset now) => entities.Select(static e => Of(e)?.Until).Where(u => u > now).Min();

    private static BudgetRaise Build(MappingReader m)
    {
        var raise = new BudgetRaise
        {
            OwnerKind = m.Get(OwnerKindKey),
            Owner = m.Get(OwnerKey),
            Period = m.Get(PeriodKey),
            Timezone = m.Get(TimezoneKey),
            Rolling = m.Get(RollingKey),
            Amount = m.Get(AmountKey),
            Until = m.GetOrNull(UntilKey),
        };
        if (raise.OwnerKind == OwnerKind.Gateway && raise.Owner is not (null or "gateway"))
            m.Fail(OwnerKey, "the gateway has no name; leave it out");
        if (raise.OwnerKind != OwnerKind.Gateway && !m.Has(OwnerKey))
            m.Fail("the key 'owner' is missing: the name of the key or team");
        return raise;
    }
}
