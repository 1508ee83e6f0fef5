using System.Buffers.Binary;
using System.Text;
using Gateway.Providers.Bedrock.EventStream;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Bedrock;

/// <summary>The binary framing of AWS's streams.</summary>
public sealed class EventStreamTests
{
    [Fact]
    public void The_checksum_is_that_of_zlib()
    {
        Crc32.Of("123456789"u8).Should().Be(0xCBF43926);
        Crc32.Of([]).Should().Be(0);
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            Crc32.Of(bytes).Should().Be(EventStreamFrames.Remainder(bytes));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(64)]
    [InlineData(int.MaxValue)]
    public void Messages_are_read_however_they_are_cut(int piece)
    {
        byte[] stream = [.. EventStreamFrames.Event("a", "{}"), .. EventStreamFrames.Exception("b", """{"message":"é"}"""), .. EventStreamFrames.RawFrame([], []), .. EventStreamFrames.Event("c", "")];

        Read(stream, piece, out var isBroken).Should().Equal("event a {}", """exception b {"message":"é"}""", "  ", "event c ");
        isBroken.Should().BeFalse();
    }

    [Fact]
    public void Headers_of_every_type_are_passed_over()
    {
        byte[] headers =
        [
            .. Header("yes", 0, []), .. Header("no", 1, []), .. Header("byte", 2, [1]), .. Header("short", 3, new byte[2]), .. Header("int", 4, new byte[4]), .. Header("long", 5, new byte[8]),
            .. Header("bytes", 6, [0, 3, 7, 8, 9]), .. Header(":error-code", 7, [0, 1, (byte)'E']), .. Header("time", 8, new byte[8]), .. Header("uuid", 9, new byte[16]),
            .. Header(":message-type", 7, [0, 5, .. "error"u8]), .. Header(":error-message", 7, [0, 2, .. "no"u8]),
        ];

        Read(EventStreamFrames.RawFrame(headers, []), int.MaxValue, out var isBroken).Should().Equal("error E no");
        isBroken.Should().BeFalse();
    }

    [Fact]
    public void A_byte_that_is_wrong_anywhere_is_found()
    {
        var first = EventStreamFrames.Event("a", """{"x":1}""");
        for (var i = 0; i < first.Length; i++)
        {
            var stream = (byte[])[.. first, .. first];
            stream[i] ^= 0x10;
            Read(stream, 7, out var isBroken).Should().BeEmpty();
            isBroken.Should().BeTrue($"byte {i} is another");
        }
    }

    [Theory]
    [InlineData(15, 0)]   // shorter than an empty message
    [InlineData(0x7FFFFFFF, 0)]
    [InlineData(-1, 0)]
    [InlineData(16, 1)]   // headers beyond the end
    [InlineData(20, -1)]
    public void Lengths_that_cannot_be_are_refused_at_once(int length, int headers)
    {
        var prelude = new byte[12];
        BinaryPrimitives.WriteInt32BigEndian(prelude, length);
        BinaryPrimitives.WriteInt32BigEndian(prelude.AsSpan(4), headers);
        BinaryPrimitives.WriteUInt32BigEndian(prelude.AsSpan(8), EventStreamFrames.Remainder(prelude.AsSpan(0, 8)));

        Read(prelude, 1, out var isBroken).Should().BeEmpty();
        isBroken.Should().BeTrue();
    }

    [Theory]
    [InlineData("ff")]             // a name longer than the headers
    [InlineData("0161")]           // no type
    [InlineData("01610a")]         // a type that is none
    [InlineData("016107")]         // no length
    [InlineData("0161070005616263")]   // a value longer than the headers
    [InlineData("01610400")]
    public void Headers_that_are_none_break_the_stream(string hex)
    {
        Read(EventStreamFrames.RawFrame(Convert.FromHexString(hex), []), int.MaxValue, out var isBroken).Should().BeEmpty();
        isBroken.Should().BeTrue();
    }

    [Fact]
    public void What_is_cut_inside_a_message_is_neither_a_message_nor_broken()
    {
        var whole = EventStreamFrames.Event("a", "{}");
        for (var length = 0; length < whole.Length; length++)
        {
            Read(whole[..length], 3, out var isBroken).Should().BeEmpty();
            isBroken.Should().BeFalse();
        }
    }

    private static List<string> Read(byte[] stream, int piece, out bool isBroken)
    {
        var reader = new EventStreamReader();
        var read = new List<string>();
        for (var at = 0; at < stream.Length; at += Math.Min(piece, stream.Length))
        {
            ReadOnlySpan<byte> bytes = stream.AsSpan(at, Math.Min(piece, stream.Length - at));
            while (reader.TryRead(ref bytes, out var message))
                read.Add($"{Text(message.Type)} {Text(message.Name)} {Text(message.ErrorText)}{Text(message.Payload)}");
        }

        isBroken = reader.IsBroken;
        return read;
    }

    private static byte[] Header(string name, byte type, byte[] value) => [(byte)name.Length, .. Encoding.UTF8.GetBytes(name), type, .. value];

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
