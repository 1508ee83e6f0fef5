using Gateway.Core.Money;

namespace Gateway.Admission.Shares;

/// <summary>What the log says about shared limits.</summary>
internal static partial class ShareLog
{
    [LoggerMessage(ShareEventIds.StoreAway, LogLevel.Error, "The store cannot be asked for shares of limits: what this gateway has already can be spent, and nothing more. It is asked again every second.")]
    public static partial void StoreAway(ILogger logger, Exception error);

    [LoggerMessage(ShareEventIds.StoreBack, LogLevel.Information, "The store answers again: limits are shared as before.")]
    public static partial void StoreBack(ILogger logger);

    [LoggerMessage(ShareEventIds.StillAway, LogLevel.Debug, "The store cannot be asked for shares of limits: {Reason}")]
    public static partial void StillAway(ILogger logger, string reason);

    [LoggerMessage(ShareEventIds.Failed, LogLevel.Error, "Shared limits could not be tended; it is tried again.")]
    public static partial void Failed(ILogger logger, Exception error);

    [LoggerMessage(ShareEventIds.Released, LogLevel.Warning,
        "Gateway {Id} on {Host} was not heard of for longer than ledger.in_doubt_after. ${Freed} of budgets that it had, and that neither it nor its rows say is spent, are free again (ledger.in_doubt: release).")]
    public static partial void Released(ILogger logger, string id, string host, NanoUsd freed);

    [LoggerMessage(ShareEventIds.Paused, LogLevel.Warning,
        "By the store's clock this gateway was not heard of for {Silence}, and by its own it was: its machine was paused, or one of the clocks is wrong. What others may have taken of its limits meanwhile it asks for again.")]
    public static partial void Paused(ILogger logger, string silence);

    [LoggerMessage(ShareEventIds.NotTidied, LogLevel.Warning, "Shared limits could not be tidied up.")]
    public static partial void NotTidied(ILogger logger, Exception error);
}
