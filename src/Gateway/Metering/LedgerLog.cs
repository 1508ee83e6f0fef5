namespace Gateway.Metering;

/// <summary>What the ledger says. Never a row's content, except the attempt id of one that was lost.</summary>
internal static partial class LedgerLog
{
    [LoggerMessage(LedgerEventIds.Recovered, LogLevel.Information,
        "Ledger: {Rows} rows of a former process imported from {Segments} journal segments; {InDoubt} attempts it had under way are in doubt, {Damaged} torn records ignored, {Unknown} of an unknown kind skipped")]
    public static partial void Recovered(ILogger logger, long rows, int segments, long inDoubt, long damaged, long unknown);

    [LoggerMessage(LedgerEventIds.SegmentSetAside, LogLevel.Error, "Ledger: the header of a journal segment is destroyed; it was renamed to {Path} and its rows were not imported")]
    public static partial void SegmentSetAside(ILogger logger, string path);

    [LoggerMessage(LedgerEventIds.StoreFailed, LogLevel.Error,
        "Ledger: the store takes no rows (attempt {Attempt}); {Queued} rows wait in the journal, the next attempt is in {Delay}")]
    public static partial void StoreFailed(ILogger logger, Exception error, int attempt, long queued, TimeSpan delay);

    [LoggerMessage(LedgerEventIds.StoreWorksAgain, LogLevel.Information, "Ledger: the store takes rows again after {Attempts} failed attempts")]
    public static partial void StoreWorksAgain(ILogger logger, int attempts);

    [LoggerMessage(LedgerEventIds.JournalCannotGrow, LogLevel.Error, "Ledger: the journal cannot be extended; when what it has is used up, new requests are refused with 503")]
    public static partial void JournalCannotGrow(ILogger logger, Exception error);

    [LoggerMessage(LedgerEventIds.HoldsNotCarried, LogLevel.Error,
        "Ledger: the attempts that are under way could not be written down beside the journal; if the process is killed now, some of them get no row")]
    public static partial void HoldsNotCarried(ILogger logger, Exception error);

    [LoggerMessage(LedgerEventIds.FlushFailed, LogLevel.Critical, "Ledger: the disk refused to flush the journal; rows count as durable only once they are in the store")]
    public static partial void FlushFailed(ILogger logger, Exception error);

    [LoggerMessage(LedgerEventIds.RowsLeft, LogLevel.Error, "Ledger: stopped while the store takes no rows; {Queued} rows stay in the journal and are imported at the next start")]
    public static partial void RowsLeft(ILogger logger, long queued);

    [LoggerMessage(LedgerEventIds.RowDropped, LogLevel.Critical, "Ledger: the row of attempt {AttemptId} is lost: the journal was full and the wait for room was cancelled")]
    public static partial void RowDropped(ILogger logger, string attemptId);

    [LoggerMessage(LedgerEventIds.RowsAddedUp, LogLevel.Information, "Ledger: {Rows} rows from before {Before:yyyy-MM-dd} were added up by day and deleted")]
    public static partial void RowsAddedUp(ILogger logger, long rows, DateTimeOffset before);

    [LoggerMessage(LedgerEventIds.RowsNotAddedUp, LogLevel.Warning, "Ledger: old rows could not be added up; it is tried again in an hour")]
    public static partial void RowsNotAddedUp(ILogger logger, Exception error);

    [LoggerMessage(LedgerEventIds.RetentionFailed, LogLevel.Error, "Ledger: old rows could not be added up because of a bug of the gateway; it is tried again in an hour")]
    public static partial void RetentionFailed(ILogger logger, Exception error);

    [LoggerMessage(LedgerEventIds.RecordsSkipped, LogLevel.Critical, "Ledger: {Records} records written by this process could not be read back and were skipped")]
    public static partial void RecordsSkipped(ILogger logger, long records);
}
