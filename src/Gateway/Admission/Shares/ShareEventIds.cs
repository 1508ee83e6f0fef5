namespace Gateway.Admission.Shares;

/// <summary>Log event ids of shared limits: 1700 to 1799.</summary>
internal static class ShareEventIds
{
    public const int StoreAway = 1700;
    public const int StoreBack = 1701;
    public const int StillAway = 1702;
    public const int NotTidied = 1703;
    public const int Failed = 1704;
    public const int Released = 1705;
    public const int Paused = 1706;
}
