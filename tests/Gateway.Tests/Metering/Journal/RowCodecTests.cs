using System.Text;
using Gateway.Core.Stores;
using Gateway.Metering;
using Gateway.Metering.Journal;

namespace Gateway.Tests.Metering.Journal;

public class RowCodecTests
{
    [Fact]
    public void Every_member_of_a_row_comes_back() =>
        RoundTrip(LedgerRows.Full()).Should().BeEquivalentTo(LedgerRows.Full());

    [Fact]
    public void Members_that_are_absent_stay_absent()
    {
        var row = LedgerRows.Row(0) with { Team = null, PriceVersion = null, TtftMs = null, User = null, Function = null, PromptVersion = null, RawUsage = null };

        RoundTrip(row).Should().BeEquivalentTo(row);
    }

    [Fact]
    public void An_instant_keeps_its_place_in_time_whatever_its_offset()
    {
        var row = LedgerRows.Row(0) with { At = new DateTimeOffset(2026, 3, 29, 1, 59, 59, TimeSpan.FromHours(13)) };

        RoundTrip(row).At.Should().Be(row.At);
    }

    [Fact]
    public void A_row_longer_than_every_limit_is_cut_between_characters_and_kept()
    {
        var name = string.Concat(Enumerable.Repeat("é", 5_000));
        var row = LedgerRows.Full() with
        {
            AttemptId = name,
            RequestId = name,
            Key = name,
            Team = name,
            Endpoint = name,
            Model = name,
            Provider = name,
            TargetModel = name,
            PriceVersion = name,
            Function = name,
            PromptVersion = name,
            User = "x" + name,
            RawUsage = string.Concat(Enumerable.Repeat("😀", 5_000)),
            Tags = [.. Enumerable.Repeat("€", 5_000)],
        };

        var read = RoundTrip(row);

        read.AttemptId.Should().Be(new string('é', LedgerLimits.Name / 2));
        read.User.Should().Be("x" + new string('é', (LedgerLimits.User - 1) / 2));
        Encoding.UTF8.GetByteCount(read.RawUsage!).Should().Be(LedgerLimits.RawUsage);
        read.Tags.Should().OnlyContain(tag => tag == "€" || tag == "").And.HaveCountGreaterThan(300);
        read.Cost.Should().Be(row.Cost);
        read.Usage.Should().Be(row.Usage);
    }

    [Fact]
    public void A_list_of_empty_tags_without_end_is_bounded()
    {
        var read = RoundTrip(LedgerRows.Row(0) with { Tags = [.. Enumerable.Repeat("", 100_000)] });

        read.Tags.Should().HaveCount(LedgerLimits.Tags);
    }

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character() =>
        RoundTrip(LedgerRows.Row(0) with { User = "a\uD800b" }).User.Should().Be("a\uFFFDb");

    [Fact]
    public void A_payload_that_was_cut_anywhere_gives_no_row_and_no_exception()
    {
        // Without what later versions wrote behind it: up to there a payload is a whole row of an earlier one.
        var payload = RowCodec.Encode(LedgerRows.Full() with { Saved = null, Explain = null }, new byte[JournalFormat.MaxRecord])[JournalFormat.RecordHeader..].ToArray();

        for (var length = 0; length < payload.Length; length++)
            RowCodec.Decode(payload.AsSpan(0, length), new()).Should().BeNull($"{length} of {payload.Length} bytes are no row");
    }

    [Fact]
    public void An_explanation_is_kept_with_and_without_an_amount_that_was_saved()
    {
        foreach (var row in new[] { LedgerRows.Full(), LedgerRows.Full() with { Saved = null }, LedgerRows.Full() with { Explain = null } })
            RoundTrip(row).Should().BeEquivalentTo(row);
    }

    [Fact]
    public void A_payload_that_grew_at_its_end_is_still_read()
    {
        var payload = RowCodec.Encode(LedgerRows.Full(), new byte[JournalFormat.MaxRecord])[JournalFormat.RecordHeader..].ToArray();

        RowCodec.Decode([.. payload, 1, 2, 3], new()).Should().BeEquivalentTo(LedgerRows.Full());
    }

    private static LedgerRow RoundTrip(LedgerRow row) =>
        RowCodec.Decode(RowCodec.Encode(row, new byte[JournalFormat.MaxRecord])[JournalFormat.RecordHeader..], new())!;
}
