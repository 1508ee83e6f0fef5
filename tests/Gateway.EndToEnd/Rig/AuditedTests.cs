namespace Gateway.EndToEnd.Rig;

/// <summary>Tests about money on the shared gateways. After them the books of both must be right: whatever went wrong on the way is not to be found in them (reliability I1–I5).</summary>
[TestCaseOrderer("Gateway.EndToEnd.Rig.AuditLast", "Gateway.EndToEnd")]
public abstract class AuditedTests(SharedRig rig)
{
    public const string Last = nameof(In_the_end_nothing_is_held_what_is_spent_is_what_the_rows_say_and_the_audit_finds_no_difference);

    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    protected Task<SharedRig> OnAsync(StoreKind store) => rig.OnAsync(store);

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task In_the_end_nothing_is_held_what_is_spent_is_what_the_rows_say_and_the_audit_finds_no_difference(StoreKind store)
    {
        var on = await rig.OnAsync(store);

        var rows = await on.Gateway.LedgerAsync();

        rows.Select(static r => r.AttemptId).Should().OnlyHaveUniqueItems();
        rows.Should().NotContain(static r => r.CostNanoUsd < 0 || r.Input < 0 || r.Output < 0 || r.CacheRead < 0);
        var budgets = await Eventually.ValueAsync(
            on.Gateway.BudgetsAsync, b => b.All(x => x.Held == 0 && x.Spent == Books.Of(x, rows).Sum(static r => r.CostNanoUsd)), Soon, "budgets whose spending is the sum of the rows, without holds");
        budgets.Should().NotBeEmpty();
        await Books.RequireAuditAsync(on.Gateway, rows);
    }
}
