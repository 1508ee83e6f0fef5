using Gateway.Config;
using Gateway.Metering.Journal;

namespace Gateway.Metering;

/// <summary>Where the journal is, how large it may become, and when rows move on.</summary>
internal sealed record LedgerOptions
{
    /// <summary>Belongs to one process at a time.</summary>
    public required string JournalDirectory { get; init; }

    /// <summary>Bytes a segment file has.</summary>
    /// <remarks>8 MiB: about 20,000 rows, so that taking a new segment is rare and starting with one is quick.</remarks>
    public int SegmentBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes the journal can grow to while the store takes no rows; after that new work is refused.</summary>
    /// <remarks>128 MiB: six minutes of 1,000 rows a second, and about two seconds to import at the next start. Two segments exist while the store works.</remarks>
    public long MaxJournalBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>Whether an append waits until the disk has the row.</summary>
    public bool WaitForDisk { get; init; }

    /// <summary>What a power loss may cost where appends do not wait.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the writer collects rows for one transaction.</summary>
    /// <remarks>
    /// Half a second, or half the interval, which leaves the other half for the write. A transaction costs about 200 µs of processor time however few its rows,
    /// and a query does not wait for it.
    /// </remarks>
    public TimeSpan Linger { get; init; } = LongestLinger;

    private static readonly TimeSpan LongestLinger = TimeSpan.FromMilliseconds(500);

    /// <summary>What the next process charges for an attempt that this one left open.</summary>
    public InDoubtPolicy InDoubt { get; init; }

    public static LedgerOptions In(string journalDirectory, LedgerConfig config) => new()
    {
        JournalDirectory = journalDirectory,
        WaitForDisk = config.Sync == LedgerSync.Always,
        InDoubt = config.InDoubt,
        Interval = config.Interval,
        Linger = config.Interval / 2 < LongestLinger ? config.Interval / 2 : LongestLinger,
    };

    /// <exception cref="ArgumentOutOfRangeException">A segment cannot hold a record, or the journal not two segments.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 4 * JournalFormat.MaxRecord);
        ArgumentOutOfRangeException.ThrowIfNotEqual(SegmentBytes % 4096, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxJournalBytes, 2L * SegmentBytes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Interval, TimeSpan.Zero);
    }
}
