namespace Gateway.Telemetry;

/// <summary>
/// Event ids of the host, so that an alert on one keeps meaning the same. A number is never used again.
/// </summary>
/// <remarks>
/// Ranges: configuration 1000 (<see cref="Config.ConfigEventIds"/>), ledger 1100 (<see cref="Metering.LedgerEventIds"/>),
/// pipeline 1200, upstream 1300, telemetry 1400, lifecycle 1500, entities 1600,
/// shares 1700 (<see cref="Admission.Shares.ShareEventIds"/>). A test looks at all of them.
/// </remarks>
internal static class EventIds
{
    public const int RequestFailed = 1200;
    public const int TargetFailed = 1201;
    public const int CircuitOpened = 1202;
    public const int CircuitClosed = 1203;
    public const int PassFailed = 1205;

    public const int ProviderDown = 1300;
    public const int ProviderUp = 1301;
    public const int ProbeBroken = 1302;

    public const int RequestFinished = 1400;
    public const int OtlpFailed = 1401;
}
