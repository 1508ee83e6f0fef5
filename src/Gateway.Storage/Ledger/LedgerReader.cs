using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;

namespace Gateway.Storage.Ledger;

/// <summary>Turns result rows into records; the order of columns is that of <see cref="LedgerSelect"/>.</summary>
internal static class LedgerReader
{
    /// <summary>The page that a command of <see cref="LedgerSelect.Page"/> reads.</summary>
    public static async Task<LedgerPage> PageAsync(DbCommand command, int limit, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<LedgerRow>(limit);
        LedgerCursor last = default;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (rows.Count == limit)
                return new(rows, last.ToString());
            rows.Add(Row(reader));
            last = new(reader.GetInt64(3), reader.GetInt64(0));
        }
        return new(rows, null);
    }

    /// <summary>The sums that a command of <see cref="LedgerSelect.Sums"/> makes.</summary>
    public static async Task<IReadOnlyList<UsageSum>> SumsAsync(DbCommand command, IReadOnlyList<UsageDimension> groupBy, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sums = new List<UsageSum>();
        while (await reader.ReadAsync(cancellationToken))
        {
            // Without dimensions SQL gives one row even over nothing, with nulls for sums.
            if (reader.GetInt64(groupBy.Count) > 0)
                sums.Add(Sum(reader, groupBy));
        }
        return sums;
    }

    /// <summary>The row, whose number stands in column 0.</summary>
    private static LedgerRow Row(DbDataReader reader) => new()
    {
        AttemptId = reader.GetString(1),
        RequestId = reader.GetString(2),
        At = LedgerColumns.FromMicros(reader.GetInt64(3)),
        Key = reader.GetString(4),
        Team = Text(reader, 5),
        Endpoint = reader.GetString(6),
        Model = reader.GetString(7),
        Provider = reader.GetString(8),
        TargetModel = reader.GetString(9),
        Stream = reader.GetInt64(10) != 0,
        Status = (int)reader.GetInt64(11),
        Usage = Usage(reader, 12) with { Tier = (ServiceTier)reader.GetInt64(23) },
        UsageSource = (UsageSource)reader.GetInt64(24),
        Cost = new(reader.GetInt64(25)),
        PriceVersion = Text(reader, 26),
        ConfigGeneration = reader.GetInt64(27),
        DurationMs = LedgerColumns.ToMilliseconds(reader.GetInt64(28)),
        TtftMs = reader.IsDBNull(29) ? null : LedgerColumns.ToMilliseconds(reader.GetInt64(29)),
        Tags = Text(reader, 30) is { } tags ? JsonSerializer.Deserialize(tags, TagsJson.Default.StringArray) ?? [] : [],
        User = Text(reader, 31),
        Function = Text(reader, 32),
        PromptVersion = Text(reader, 33),
        RawUsage = Text(reader, 34),
        Instance = Text(reader, 35),
        Saved = reader.IsDBNull(36) ? null : new NanoUsd(reader.GetInt64(36)),
        Explain = Text(reader, 37),
    };

    private static UsageSum Sum(DbDataReader reader, IReadOnlyList<UsageDimension> groupBy)
    {
        var group = new string?[groupBy.Count];
        for (var i = 0; i < group.Length; i++)
            group[i] = Value(reader, i, groupBy[i]);
        var first = group.Length;
        return new(group, reader.GetInt64(first), Usage(reader, first + 1), new NanoUsd(reader.GetInt64(first + 12)))
        {
            CacheHits = reader.GetInt64(first + 13),
            Saved = new(reader.GetInt64(first + 14)),
        };
    }

    private static string? Value(DbDataReader reader, int column, UsageDimension dimension) => dimension switch
    {
        _ when reader.IsDBNull(column) => null,
        UsageDimension.Day => DateTime.UnixEpoch.AddDays(reader.GetInt64(column)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        UsageDimension.Hour => DateTime.UnixEpoch.AddHours(reader.GetInt64(column)).ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture),
        UsageDimension.Minute => DateTime.UnixEpoch.AddMinutes(reader.GetInt64(column)).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture),
        UsageDimension.Status => reader.GetInt64(column).ToString(CultureInfo.InvariantCulture),
        _ => reader.GetString(column),
    };

    /// <summary>The eleven counted classes, from <paramref name="first"/> on.</summary>
    private static TokenUsage Usage(DbDataReader reader, int first) => new()
    {
        Input = reader.GetInt64(first),
        CacheRead = reader.GetInt64(first + 1),
        CacheWrite = reader.GetInt64(first + 2),
        CacheWriteHour = reader.GetInt64(first + 3),
        InputAudio = reader.GetInt64(first + 4),
        InputImage = reader.GetInt64(first + 5),
        Output = reader.GetInt64(first + 6),
        Reasoning = reader.GetInt64(first + 7),
        OutputAudio = reader.GetInt64(first + 8),
        OutputImage = reader.GetInt64(first + 9),
        Calls = reader.GetInt64(first + 10),
    };

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
