using System.Diagnostics;
using System.Globalization;
using Gateway.Core.Stores;
using Gateway.Metering;
using Gateway.Metering.Journal;

namespace Gateway.Tests.Metering.Journal;

public sealed class MappedJournalTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_was_appended_is_read_in_its_order_after_the_journal_was_abandoned()
    {
        Abandon(journal => Fill(journal, 1_000));

        using var journal = Open();
        Ids(journal).Should().Equal(Enumerable.Range(0, 1_000).Select(i => $"a-{i}"));
        journal.RecoveredSegments.Should().BeGreaterThan(1, "a thousand rows do not fit into one segment of 64 KiB");
    }

    [Fact]
    public void A_record_whose_length_was_not_written_yet_does_not_exist()
    {
        Abandon(journal => Fill(journal, 3));
        var offsets = RecordOffsets();
        Patch(offsets[2], 0, 0, 0, 0);

        using var journal = Open();
        Ids(journal, out var damaged).Should().Equal("a-0", "a-1");
        damaged.Should().Be(1, "the torn record is counted");
    }

    [Fact]
    public void A_record_with_a_wrong_check_sum_is_stepped_over_and_its_successors_are_read()
    {
        Abandon(journal => Fill(journal, 4));
        Patch(RecordOffsets()[1] + 40, 0xFF);

        using var journal = Open();
        Ids(journal, out var damaged).Should().Equal("a-0", "a-2", "a-3");
        damaged.Should().Be(1);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0x7F })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 1, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0 })]
    public void An_impossible_length_costs_its_own_record_only(byte[] length)
    {
        Abandon(journal => Fill(journal, 3));
        Patch(RecordOffsets()[1], length);

        using var journal = Open();
        Ids(journal).Should().Equal("a-0", "a-2");
    }

    [Fact]
    public void A_page_that_the_disk_lost_costs_what_was_on_it()
    {
        Abandon(journal => Fill(journal, 50));
        Patch(4096, new byte[4096]);

        using var journal = Open();
        var ids = Ids(journal);
        ids.Should().OnlyHaveUniqueItems().And.Contain("a-0").And.Contain("a-49").And.HaveCountGreaterThan(25);
    }

    [Fact]
    public void Records_of_the_segments_former_life_are_not_read_again()
    {
        // As after a power loss that undid the zeros but not the new header: the record is whole, but of another use of the segment.
        Abandon(journal => Fill(journal, 2));
        Patch(RecordOffsets()[0] + JournalFormat.GenerationAt, 0x77);

        using var journal = Open();
        Ids(journal).Should().Equal("a-1");
    }

    [Fact]
    public void A_segment_whose_header_is_destroyed_is_set_aside_and_the_journal_opens()
    {
        Abandon(journal => Fill(journal, 3));
        Patch(3, 0xFF);

        using var journal = Open();
        journal.SetAside.Should().ContainSingle().Which.Should().EndWith(".damaged");
        File.Exists(journal.SetAside[0]).Should().BeTrue();
        Ids(journal).Should().BeEmpty();
    }

    [Fact]
    public void A_segment_that_was_being_made_when_the_process_died_is_used_again()
    {
        Directory.CreateDirectory(Options.JournalDirectory);
        File.WriteAllBytes(Path.Combine(Options.JournalDirectory, "journal-000001.seg"), new byte[12_288]);

        using var journal = Open();
        TryAppend(journal, 0).Should().BeTrue();
        Ids(journal).Should().Equal("a-0");
        Directory.GetFiles(Options.JournalDirectory, "*.seg").Should().ContainSingle();
    }

    [Fact]
    public void Two_processes_cannot_share_a_directory()
    {
        using var first = Open();

        var second = () => Open();

        second.Should().Throw<StoreException>().WithMessage($"*in use by process {Environment.ProcessId}*");
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_a_clear_error()
    {
        File.WriteAllText(Options.JournalDirectory, "a file");

        var open = () => Open();

        open.Should().Throw<StoreException>().WithMessage($"*{Options.JournalDirectory}*");
    }

    [Fact]
    public void A_full_journal_refuses_and_takes_rows_again_once_a_segment_is_free()
    {
        using var journal = MappedJournal.Open(Options with { MaxJournalBytes = 2 * Options.SegmentBytes }, static () => { });
        journal.Provision().Should().BeNull();
        journal.HasReserve.Should().BeTrue();
        var rows = 0;
        while (TryAppend(journal, rows))
            rows++;
        journal.HasReserve.Should().BeFalse();
        var room = journal.Room;
        room.IsCompleted.Should().BeFalse();

        var oldest = journal.Oldest();
        oldest.IsSealed.Should().BeTrue();
        journal.Retire(oldest);
        journal.Provision().Should().BeNull();

        room.IsCompletedSuccessfully.Should().BeTrue();
        journal.HasReserve.Should().BeTrue();
        TryAppend(journal, rows).Should().BeTrue();
    }

    [Fact]
    public void Segments_are_used_again_and_not_made_anew()
    {
        using var journal = Open();
        for (var round = 0; round < 20; round++)
        {
            journal.Provision().Should().BeNull();
            var before = journal.Oldest();
            for (var i = 0; !before.IsSealed; i++)
                TryAppend(journal, i).Should().BeTrue();
            journal.Retire(before);
        }

        Directory.GetFiles(Options.JournalDirectory, "*.seg").Length.Should().BeLessThanOrEqualTo(4);
    }

    [SkippableFact]
    public void A_segment_has_its_blocks_on_the_disk_before_it_is_used()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the blocks of a file are counted with GNU stat: run it on Linux");
        using var journal = Open();

        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%b", FirstSegment]) { RedirectStandardOutput = true })!;
        var blocks = long.Parse(stat.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
        stat.WaitForExit();
        (blocks * 512).Should().BeGreaterThanOrEqualTo(Options.SegmentBytes, "a page without a block behind it kills the process when the disk is full");
    }

    [Fact]
    public void A_closed_journal_says_so()
    {
        var journal = Open();
        journal.Dispose();

        var append = () => TryAppend(journal, 0);

        append.Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void An_append_allocates_nothing()
    {
        using var journal = MappedJournal.Open(Options with { SegmentBytes = 4 * 1024 * 1024, MaxJournalBytes = 16 * 1024 * 1024 }, static () => { });
        var buffer = new byte[JournalFormat.MaxRecord];
        var row = LedgerRows.Row(1);
        for (var i = 0; i < 100; i++)
            journal.TryAppend(RowCodec.Encode(row, buffer));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            journal.TryAppend(RowCodec.Encode(row, buffer));

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    private LedgerOptions Options => Ledgers.Options(_directory);

    private MappedJournal Open() => MappedJournal.Open(Options, static () => { });

    private void Abandon(Action<MappedJournal> use)
    {
        using var journal = Open();
        use(journal);
    }

    private static bool TryAppend(MappedJournal journal, int number) =>
        journal.TryAppend(RowCodec.Encode(LedgerRows.Row(number), new byte[JournalFormat.MaxRecord]));

    private static void Fill(MappedJournal journal, int rows)
    {
        for (var i = 0; i < rows; i++)
        {
            journal.Provision().Should().BeNull();
            TryAppend(journal, i).Should().BeTrue();
        }
    }

    private static List<string> Ids(MappedJournal journal) => Ids(journal, out _);

    private static List<string> Ids(MappedJournal journal, out int damaged)
    {
        var ids = new List<string>();
        damaged = 0;
        while (true)
        {
            var segment = journal.Oldest();
            var reader = segment.Read(segment.Imported, segment.End);
            while (reader.TryRead(out var record))
                ids.Add(RowCodec.Decode(record.Payload, new())!.AttemptId);
            damaged += reader.Damaged;
            if (!segment.IsSealed)
                return ids;
            journal.Retire(segment);
        }
    }

    private string FirstSegment => Path.Combine(Options.JournalDirectory, "journal-000001.seg");

    private List<int> RecordOffsets()
    {
        var bytes = File.ReadAllBytes(FirstSegment);
        var offsets = new List<int>();
        for (var at = JournalFormat.SegmentHeader; BitConverter.ToInt32(bytes, at) is > 0 and var length; at += JournalFormat.Align(length))
            offsets.Add(at);
        return offsets;
    }

    private void Patch(int offset, params byte[] bytes)
    {
        using var file = new FileStream(FirstSegment, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        file.Write(bytes);
    }
}
