namespace Gateway.Metering;

/// <summary>Event ids of the ledger: 1100 to 1199.</summary>
internal static class LedgerEventIds
{
    public const int Recovered = 1100;
    public const int SegmentSetAside = 1101;
    public const int StoreFailed = 1102;
    public const int StoreWorksAgain = 1103;
    public const int JournalCannotGrow = 1104;
    public const int FlushFailed = 1105;
    public const int RowsLeft = 1106;
    public const int RowDropped = 1107;
    public const int RecordsSkipped = 1108;
    public const int HoldsNotCarried = 1109;
    public const int QueryFailed = 1120;
    public const int AdminLoginsThrottled = 1121;
    public const int RowsAddedUp = 1130;
    public const int RowsNotAddedUp = 1131;
    public const int RetentionFailed = 1132;
}
