using System.Text;
using Gateway.PassThrough;

namespace Gateway.Tests.PassThrough;

/// <summary>A provider's WebSocket frames, in pieces of every size.</summary>
public sealed class SocketReaderTests
{
    private const string Done = """{"type":"response.done","response":{"usage":{"input_tokens":100,"output_tokens":50,"input_token_details":{"cached_tokens":30,"audio_tokens":60,"cached_tokens_details":{"audio_tokens":20}},"output_token_details":{"audio_tokens":40}}}}""";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Usage_is_found_in_whole_messages_and_in_pieces_among_others(int piece)
    {
        byte[] stream =
        [
            .. Frame(1, true, """{"type":"session.created"}"""),
            .. Frame(1, true, """{"type":"response.created"}"""),
            .. Frame(2, true, Done),                                          // binary: not a message of the API
            .. Frame(1, false, Done[..20]), .. Frame(9, true, "ping"), .. Frame(0, false, Done[20..21]), .. Frame(0, true, Done[21..]),
            .. Frame(1, true, new string('x', 70_000)),
            .. Frame(1, true, ""),
            .. Frame(1, true, Done),
            .. Frame(8, true, "bye"),
        ];
        using var reader = new SocketReader();

        for (var at = 0; at < stream.Length; at += piece) reader.Read(stream.AsSpan(at, Math.Min(piece, stream.Length - at)));

        (reader.IsKnown, reader.IsOpen).Should().Be((true, false));
        var usage = reader.Usage;
        (usage.Input, usage.CacheRead, usage.InputAudio, usage.Output, usage.OutputAudio).Should().Be((60, 60, 80, 100, 80));
    }

    [Fact]
    public void A_message_too_long_is_passed_over_and_the_next_one_read()
    {
        using var reader = new SocketReader();

        reader.Read(Frame(1, true, Done[..^1] + new string(' ', 2_000_000) + "}"));
        reader.IsKnown.Should().BeFalse();
        reader.Read(Frame(1, true, Done));

        reader.Usage.Output.Should().Be(50);
    }

    [Theory]
    [InlineData("""{"type":"response.done"}""")]
    [InlineData("""{"type":"other","text":"\"response.done\""}""")]
    [InlineData("""{"type":"response.done","response":{"usage":5}}""")]
    [InlineData("\"response.done\" and no JSON")]
    public void What_is_no_end_of_an_answer_is_none(string message)
    {
        using var reader = new SocketReader();

        reader.Read(Frame(1, true, message));

        reader.IsKnown.Should().BeFalse();
    }

    private static byte[] Frame(int opcode, bool final, string payload)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        byte first = (byte)((final ? 0x80 : 0) | opcode);
        if (bytes.Length < 126) return [first, (byte)bytes.Length, .. bytes];
        if (bytes.Length <= ushort.MaxValue) return [first, 126, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
        return [first, 127, 0, 0, 0, 0, (byte)(bytes.Length >> 24), (byte)(bytes.Length >> 16), (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
