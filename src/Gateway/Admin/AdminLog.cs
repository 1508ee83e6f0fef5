using System.Net;
using Gateway.Metering;

namespace Gateway.Admin;

/// <summary>What the admin API says.</summary>
internal static partial class AdminLog
{
    [LoggerMessage(LedgerEventIds.QueryFailed, LogLevel.Error, "Admin: a ledger query failed")]
    public static partial void QueryFailed(ILogger logger, Exception error);

    [LoggerMessage(LedgerEventIds.AdminLoginsThrottled, LogLevel.Warning, "Admin: {Count} wrong admin keys from {Address} within a minute; it is refused until the minute is over")]
    public static partial void LoginsThrottled(ILogger logger, IPAddress? address, int count);
}
