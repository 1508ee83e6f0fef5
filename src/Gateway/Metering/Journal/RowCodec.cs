using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;

namespace Gateway.Metering.Journal;

/// <summary>A row as a journal record: a settled one, or the one that a hold turns into if its attempt is never settled.</summary>
/// <remarks>Version 1 may grow at its end: readers stop where they have what they know. Anything else needs a new version.</remarks>
internal static class RowCodec
{
    public const byte Version = 1;

    /// <summary>In the place of what was saved, in a row that has something behind it: no amount is negative.</summary>
    private const long NothingSaved = -1;

    /// <param name="buffer">At least <see cref="JournalFormat.MaxRecord"/> bytes.</param>
    /// <returns>The whole record, ready for the journal.</returns>
    public static ReadOnlySpan<byte> Encode(LedgerRow row, Span<byte> buffer, JournalRecordKind kind = JournalRecordKind.SettledRow)
    {
        var record = new RecordWriter(buffer, kind, Version);
        record.Text(row.AttemptId, LedgerLimits.Name);
        record.Text(row.RequestId, LedgerLimits.Name);
        record.Fixed(row.At.UtcTicks);
        record.Text(row.Key, LedgerLimits.Name);
        record.Text(row.Team, LedgerLimits.Name);
        record.Text(row.Endpoint, LedgerLimits.Name);
        record.Text(row.Model, LedgerLimits.Name);
        record.Text(row.Provider, LedgerLimits.Name);
        record.Text(row.TargetModel, LedgerLimits.Name);
        record.Byte(row.Stream ? (byte)1 : (byte)0);
        record.Number(row.Status);
        WriteUsage(ref record, row.Usage);
        record.Byte((byte)row.UsageSource);
        record.Number(row.Cost.Value);
        record.Text(row.PriceVersion, LedgerLimits.Name);
        record.Number(row.ConfigGeneration);
        record.Fixed(row.DurationMs);
        record.Fixed(row.TtftMs ?? double.NaN);
        WriteTags(ref record, row.Tags);
        record.Text(row.User, LedgerLimits.User);
        record.Text(row.Function, LedgerLimits.Name);
        record.Text(row.PromptVersion, LedgerLimits.Name);
        record.Text(row.RawUsage, LedgerLimits.RawUsage);
        // Only where there is something to say: rows of attempts are what they were.
        if (row.Saved is not null || row.Explain is not null) record.Number(row.Saved?.Value ?? NothingSaved);
        if (row.Explain is not null) record.Text(row.Explain, LedgerLimits.Explain);
        return record.Finish();
    }

    /// <summary>The attempt a payload is about, without decoding the rest; null where it is not what <see cref="Encode"/> writes.</summary>
    public static string? AttemptId(ReadOnlySpan<byte> payload)
    {
        var record = new RecordReader(payload);
        return record.Text();
    }

    /// <summary>Null where the payload is shorter than version 1 or lacks a name: not what <see cref="Encode"/> writes.</summary>
    /// <param name="instance">Whose journal it stands in.</param>
    public static LedgerRow? Decode(ReadOnlySpan<byte> payload, NameCache names, string? instance = null)
    {
        var record = new RecordReader(payload);
        var row = new LedgerRow
        {
            AttemptId = record.Text()!,
            RequestId = record.Text()!,
            At = Instant(record.Fixed()),
            Key = record.Name(names)!,
            Team = record.Name(names),
            Endpoint = record.Name(names)!,
            Model = record.Name(names)!,
            Provider = record.Name(names)!,
            TargetModel = record.Name(names)!,
            Stream = record.Byte() != 0,
            Status = (int)record.Number(),
            Usage = ReadUsage(ref record),
            UsageSource = (UsageSource)record.Byte(),
            Cost = new(record.Number()),
            PriceVersion = record.Name(names),
            ConfigGeneration = record.Number(),
            DurationMs = record.Real(),
            TtftMs = record.Real() is var ttft && double.IsNaN(ttft) ? null : ttft,
            Tags = ReadTags(ref record, names),
            User = record.Text(),
            Function = record.Name(names),
            PromptVersion = record.Name(names),
            RawUsage = record.Text(),
            Instance = instance,
        };
        var saved = record.AtEnd ? NothingSaved : record.Number();
        var explain = record.AtEnd ? null : record.Text();
        return record.Failed || HasNoName(row) ? null : row with { Saved = saved == NothingSaved ? null : new NanoUsd(saved), Explain = explain };
    }

    private static bool HasNoName(LedgerRow row) =>
        row.AttemptId is null || row.RequestId is null || row.Key is null || row.Endpoint is null || row.Model is null || row.Provider is null || row.TargetModel is null;

    private static DateTimeOffset Instant(long ticks) =>
        ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks ? new(ticks, TimeSpan.Zero) : DateTimeOffset.UnixEpoch;

    private static void WriteUsage(ref RecordWriter record, in TokenUsage usage)
    {
        record.Number(usage.Input);
        record.Number(usage.CacheRead);
        record.Number(usage.CacheWrite);
        record.Number(usage.CacheWriteHour);
        record.Number(usage.InputAudio);
        record.Number(usage.InputImage);
        record.Number(usage.Output);
        record.Number(usage.Reasoning);
        record.Number(usage.OutputAudio);
        record.Number(usage.OutputImage);
        record.Number(usage.Calls);
        record.Byte((byte)usage.Tier);
    }

    private static TokenUsage ReadUsage(ref RecordReader record) => new()
    {
        Input = record.Number(),
        CacheRead = record.Number(),
        CacheWrite = record.Number(),
        CacheWriteHour = record.Number(),
        InputAudio = record.Number(),
        InputImage = record.Number(),
        Output = record.Number(),
        Reasoning = record.Number(),
        OutputAudio = record.Number(),
        OutputImage = record.Number(),
        Calls = record.Number(),
        Tier = (ServiceTier)record.Byte(),
    };

    /// <summary>Each tag after a 1, the end is a 0; tags that no longer fit into the limit of all are left out.</summary>
    private static void WriteTags(ref RecordWriter record, IReadOnlyList<string> tags)
    {
        var left = LedgerLimits.Tags;
        for (var i = 0; i < tags.Count && left > 0; i++)
        {
            record.Byte(1);
            // An empty tag counts as one byte, so that no list is too long.
            left -= Math.Max(1, record.Text(tags[i], left));
        }
        record.Byte(0);
    }

    private static string[] ReadTags(ref RecordReader record, NameCache names)
    {
        if (record.Byte() == 0)
            return [];
        var tags = new List<string>();
        do
        {
            tags.Add(record.Name(names) ?? "");
        }
        while (record.Byte() != 0);
        return [.. tags];
    }
}
