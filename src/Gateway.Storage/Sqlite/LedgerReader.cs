using System.Globalization;
using System.Text.Json;
using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite;

/// <summary>Turns result rows into records; the order of columns is that of <see cref="LedgerSelect"/>.</summary>
internal static class LedgerReader
{
    /// <summary>The row, whose number stands in column 0.</summary>
    public static LedgerRow Row(SqliteDataReader reader) => new()
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
        Status = reader.GetInt32(11),
        Usage = Usage(reader, 12) with { Tier = (ServiceTier)reader.GetInt32(23) },
        UsageSource = (UsageSource)reader.GetInt32(24),
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
    };

    public static UsageSum Sum(SqliteDataReader reader, IReadOnlyList<UsageDimension> groupBy)
    {
        var group = new string?[groupBy.Count];
        for (var i = 0; i < group.Length; i++)
            group[i] = Value(reader, i, groupBy[i]);
        var first = group.Length;
        return new(group, reader.GetInt64(first), Usage(reader, first + 1), new NanoUsd(reader.GetInt64(first + 12)));
    }

    private static string? Value(SqliteDataReader reader, int column, UsageDimension dimension) => dimension switch
    {
        _ when reader.IsDBNull(column) => null,
        UsageDimension.Day => DateTime.UnixEpoch.AddDays(reader.GetInt64(column)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        UsageDimension.Hour => DateTime.UnixEpoch.AddHours(reader.GetInt64(column)).ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture),
        UsageDimension.Minute => DateTime.UnixEpoch.AddMinutes(reader.GetInt64(column)).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture),
        UsageDimension.Status => reader.GetInt64(column).ToString(CultureInfo.InvariantCulture),
        _ => reader.GetString(column),
    };

    /// <summary>The eleven counted classes, from <paramref name="first"/> on.</summary>
    private static TokenUsage Usage(SqliteDataReader reader, int first) => new()
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

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
