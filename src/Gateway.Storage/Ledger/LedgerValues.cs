using System.Text.Json;
using Gateway.Core.Stores;

namespace Gateway.Storage.Ledger;

/// <summary>Takes a row apart into the values of its columns.</summary>
internal static class LedgerValues
{
    public static void Write(LedgerRow row, ILedgerValues to)
    {
        to.Text(row.AttemptId);
        to.Text(row.RequestId);
        to.Integer(LedgerColumns.ToMicros(row.At));
        to.Text(row.Key);
        to.Text(row.Team);
        to.Text(row.Endpoint);
        to.Text(row.Model);
        to.Text(row.Provider);
        to.Text(row.TargetModel);
        to.Integer(row.Stream ? 1 : 0);
        to.Integer(row.Status);
        WriteUsage(row, to);
        to.Integer((long)row.UsageSource);
        to.Integer(row.Cost.Value);
        to.Text(row.PriceVersion);
        to.Integer(row.ConfigGeneration);
        to.Integer(LedgerColumns.ToMicros(row.DurationMs));
        to.OptionalInteger(row.TtftMs is { } ttft ? LedgerColumns.ToMicros(ttft) : null);
        to.Text(row.Tags.Count == 0 ? null : JsonSerializer.Serialize(row.Tags, TagsJson.Default.IReadOnlyListString));
        to.Text(row.User);
        to.Text(row.Function);
        to.Text(row.PromptVersion);
        to.Text(row.RawUsage);
        to.Text(row.Instance);
        to.OptionalInteger(row.Saved?.Value);
        to.Text(row.Explain);
    }

    private static void WriteUsage(LedgerRow row, ILedgerValues to)
    {
        var usage = row.Usage;
        to.Integer(usage.Input);
        to.Integer(usage.CacheRead);
        to.Integer(usage.CacheWrite);
        to.Integer(usage.CacheWriteHour);
        to.Integer(usage.InputAudio);
        to.Integer(usage.InputImage);
        to.Integer(usage.Output);
        to.Integer(usage.Reasoning);
        to.Integer(usage.OutputAudio);
        to.Integer(usage.OutputImage);
        to.Integer(usage.Calls);
        to.Integer((long)usage.Tier);
    }
}
