using System.Globalization;
using Gateway.Config;
using Gateway.Core.Usage;
using Gateway.Telemetry;

namespace Gateway.Tests.Simulation;

/// <summary>What happened, in lines that two runs, or the product and its model, can be compared by.</summary>
internal sealed class Transcript
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <param name="outcome">The target that answered, or the error.</param>
    public void Answered(DateTimeOffset at, string request, string outcome, int attempts, long cost) => Add($"{at:HH:mm:ss.fffffff} {request} → {outcome}, {attempts} attempts, {cost} nano");

    /// <summary>What the client has when its request is over, or it has left.</summary>
    public void Got(string request, SimReceipt receipt) => Add($"{request} got {receipt}");

    public void Row(string attempt, string key, string model, string target, DateTimeOffset at, bool stream, double milliseconds, int status, long cost, (long Input, long Output, UsageSource Source) usage) =>
        Add($"row {attempt} {key} {model}/{target} at {at:HH:mm:ss.fffffff}{(stream ? ", a stream" : "")}, {milliseconds} ms: {status}, {cost} nano, {usage.Input} + {usage.Output} tokens, {usage.Source}");

    public void Refused(string ownerKind, string owner, bool forMoney) => Add($"refused by {ownerKind} {owner}{(forMoney ? ", for money" : "")}");

    public void Retried(string model) => Add($"once more: {model}");

    public void Hedged(string model, HedgeResult result) => Add($"hedge of {model}: {result}");

    public void Budgets(IEnumerable<(string Owner, BudgetPeriod Period, long Spent, long Held)> budgets) =>
        Add($"budgets: {string.Join(", ", budgets.Select(static b => $"{b.Owner} {b.Period} {b.Spent} + {b.Held}").Order(StringComparer.Ordinal))}");

    private void Add(FormattableString line) => _lines.Add(line.ToString(CultureInfo.InvariantCulture));
}
