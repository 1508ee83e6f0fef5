namespace Gateway.Metering.Journal;

/// <summary>The layout of a journal on disk. All numbers are little-endian; docs/ledger.md draws it.</summary>
/// <remarks>
/// A segment is a header and then records, one after the other, each beginning at a multiple of eight, up to the first length word that is zero.
/// Segments are full of zeros before their first record, so that a record whose length word is zero was never committed.
/// </remarks>
internal static class JournalFormat
{
    /// <summary>"GWJRNL01": another layout gets another number.</summary>
    public const ulong Magic = 0x3130_4C4E_524A_5747;

    // Segment header: magic u64 | sequence i64 | CRC-32C of these two u32 | 0 u32 | imported i64 | zeros up to 64.
    public const int SequenceAt = 8;
    public const int HeaderCrcAt = 16;
    public const int ImportedAt = 24;
    public const int SegmentHeader = 64;

    // Record header: length u32 | CRC-32C of what follows the generation u32 | generation u32 | kind u8 | version u8 | 0 u16.
    // The length (header included, padding not) is written last: it commits the record.
    public const int CrcAt = 4;
    public const int GenerationAt = 8;
    public const int KindAt = 12;
    public const int VersionAt = 13;
    public const int RecordHeader = 16;

    /// <summary>Bytes the longest record can have. All bounds of <see cref="LedgerLimits"/> together stay below.</summary>
    public const int MaxRecord = 16 * 1024;

    public static int Align(int length) => (length + 7) & ~7;
}

/// <summary>What a record is. A kind that this program does not know is skipped and counted.</summary>
internal enum JournalRecordKind : byte
{
    SettledRow = 1,
    Hold = 2,
}
