using Gateway.Config;
using Gateway.Core.Usage;

namespace Gateway.Telemetry.Logs;

/// <param name="Colour">Whether a person looks at a terminal.</param>
internal sealed record LogStyle(LogFormat Format, bool Colour);

internal static class LogNames
{
    /// <summary>A level as JSON lines show it.</summary>
    public static ReadOnlySpan<byte> Json(this LogLevel level) => level switch
    {
        LogLevel.Trace => "trace"u8,
        LogLevel.Debug => "debug"u8,
        LogLevel.Warning => "warn"u8,
        LogLevel.Error => "error"u8,
        LogLevel.Critical => "critical"u8,
        _ => "info"u8,
    };

    /// <summary>A level as text lines show it.</summary>
    public static ReadOnlySpan<byte> Text(this LogLevel level) => level switch
    {
        LogLevel.Trace => "TRC"u8,
        LogLevel.Debug => "DBG"u8,
        LogLevel.Warning => "WRN"u8,
        LogLevel.Error => "ERR"u8,
        LogLevel.Critical => "CRT"u8,
        _ => "INF"u8,
    };

    /// <summary>As the ledger spells it.</summary>
    public static string Label(this UsageSource source) => source switch
    {
        UsageSource.Exact => "exact",
        UsageSource.Partial => "partial",
        UsageSource.Estimated => "estimated",
        UsageSource.InDoubt => "in_doubt",
        _ => throw new System.Diagnostics.UnreachableException($"unnamed usage source {source}"),
    };
}
