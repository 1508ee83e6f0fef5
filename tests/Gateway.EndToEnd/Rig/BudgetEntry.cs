using System.Text.Json;

namespace Gateway.EndToEnd.Rig;

/// <summary>A budget as the admin API shows it (contract §4), in nano-dollars.</summary>
public sealed record BudgetEntry(string OwnerKind, string Owner, string Period, long Limit, long Spent, long Held, long Left)
{
    public static BudgetEntry Parse(JsonElement budget) => new(
        budget.GetProperty("owner_kind").GetString()!,
        budget.GetProperty("owner").GetString()!,
        budget.GetProperty("period").GetString()!,
        budget.GetProperty("limit").GetInt64(),
        budget.GetProperty("spent").GetInt64(),
        budget.GetProperty("held").GetInt64(),
        budget.GetProperty("left").GetInt64());
}
