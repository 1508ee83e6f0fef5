using Gateway.Tests.Support;

namespace Gateway.Tests.Admission.Shares;

/// <summary>The clock of another machine: time goes by there as it does here, but its hands, and what it counts from, are others.</summary>
internal sealed class SkewedTime(ManualTime here, TimeSpan ahead, long counted) : TimeProvider
{
    public override long TimestampFrequency => here.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => here.GetUtcNow() + ahead;

    public override long GetTimestamp() => here.GetTimestamp() + counted;
}
