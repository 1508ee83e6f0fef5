using System.IO.Pipelines;
using System.Text;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Reply;
using Gateway.Tests.Support;

namespace Gateway.Tests.Reply;

public class OpenAIStreamLaneTests
{
    private const string Role = """{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}""";
    private const string Word = """{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"¡\"usage\": no, \"error\" neither! 🙂"},"finish_reason":null}],"usage":null}""";
    private const string Last = """{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""";
    private const string Usage = """{"id":"c","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14}}""";
    private const string Cost = """{"id":"c","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14,"cost_usd":0.0000123}}""";

    private static readonly string Plain = $"data: {Role}\n\ndata: {Word}\n\ndata: {Last}\n\ndata: {Usage}\n\ndata: [DONE]\n\n";

    public static TheoryData<string, string> Framings => new()
    {
        { "LF", Plain },
        { "CRLF", Plain.Replace("\n", "\r\n", StringComparison.Ordinal) },
        { "CR", Plain.Replace('\n', '\r') },
        { "mixed", $"data: {Role}\r\n\r\ndata: {Word}\n\ndata: {Last}\r\rdata: {Usage}\n\r\ndata: [DONE]\n\n" },
        { "no space", Plain.Replace("data: {", "data:{", StringComparison.Ordinal) },
        { "comments and fields", $": hello\n\nevent: message\nid: 7\nretry: 10\ndata: {Role}\n\n: ping\n\ndata: {Word}\n\ndata: {Last}\n\ndata: {Usage}\n\ndata: [DONE]\n\n" },
        { "several lines", $"data: {Role}\n\ndata: {Word}\n\ndata: {Last.Insert(1, "\ndata: ")}\n\ndata: {Usage}\n\ndata: [DONE]\n\n" },
        { "more after the end", Plain + "data: {\"late\":true}\n\n" },
    };

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task Wherever_the_bytes_are_cut_the_client_gets_the_same_events(string framing, string upstream)
    {
        var bytes = Encoding.UTF8.GetBytes(upstream);
        var pieces = new[] { 1, 3, 7, 64, 1000, bytes.Length };
        foreach (var size in pieces)
        {
            var (events, lane) = await RelayAsync(bytes.Chunk(size), includeUsage: false);

            Payloads(events).Should().Equal([Role, Word, Last, "[DONE]"], $"{framing} in pieces of {size}");
            lane.Facts.Finished.Should().BeTrue();
            lane.Facts.Usage!.Value.PromptTotal.Should().Be(10);
            lane.Facts.Usage!.Value.Output.Should().Be(4);
        }
    }

    [Fact]
    public async Task Every_cut_in_two_gives_the_same_bytes()
    {
        var bytes = Encoding.UTF8.GetBytes(Plain);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var (events, _) = await RelayAsync([bytes[..cut], bytes[cut..]], includeUsage: false);
            events.Should().Be($"data: {Role}\n\ndata: {Word}\n\ndata: {Last}\n\ndata: [DONE]\n\n", $"cut at {cut}");
        }
    }

    [Fact]
    public async Task The_usage_chunk_that_was_asked_for_carries_the_cost()
    {
        var (events, _) = await RelayAsync(Encoding.UTF8.GetBytes(Plain).Chunk(50), includeUsage: true);

        Payloads(events).Should().Equal(Role, Word, Last, Cost, "[DONE]");
    }

    [Fact]
    public async Task Events_larger_than_the_clients_buffers_pass_whole()
    {
        var large = Word.Replace("neither", new string('x', 300_000), StringComparison.Ordinal);
        var (events, _) = await RelayAsync(Encoding.UTF8.GetBytes($"data: {large}\n\ndata: {Last}\n\ndata: [DONE]\n\n").Chunk(1500), includeUsage: false);

        Payloads(events).Should().Equal(large, Last, "[DONE]");
    }

    [Fact]
    public async Task A_large_event_that_comes_in_tiny_pieces_costs_its_length_and_not_its_square()
    {
        // 2 MB in pieces of 10 bytes: copied and searched anew at each, that would be 200 GB.
        var large = Word.Replace("neither", new string('x', 2_000_000), StringComparison.Ordinal);
        var (events, _) = await RelayAsync(Encoding.UTF8.GetBytes($"data: {Role}\n\ndata: {large}\n\ndata: {Last}\n\ndata: [DONE]\n\n").Chunk(10), includeUsage: false)
            .WaitAsync(TimeSpan.FromSeconds(10));

        Payloads(events).Should().Equal(Role, large, Last, "[DONE]");
    }

    [Fact]
    public async Task Events_of_every_length_pass_in_pieces_of_every_size()
    {
        for (var length = 3900; length < 4400; length += 37)
        {
            var word = Word.Replace("neither", new string('x', length), StringComparison.Ordinal);
            var bytes = Encoding.UTF8.GetBytes($"data: {word}\n\ndata: {Role}\n\ndata: {word}\n\ndata: {Last}\n\ndata: [DONE]\n\n");
            foreach (var size in (int[])[1, 37, 500, 4095, 4097])
            {
                var (events, _) = await RelayAsync(bytes.Chunk(size), includeUsage: false);
                Payloads(events).Should().Equal([word, Role, word, Last, "[DONE]"], $"{length} in pieces of {size}");
            }
        }
    }

    [Theory]
    [InlineData("data:\n\n")]
    [InlineData("data: \n\n")]
    public async Task An_event_without_data_is_none(string empty)
    {
        var (events, lane) = await RelayAsync([Encoding.UTF8.GetBytes($"data: {Role}\n\n{empty}data: {Word}\n\ndata: {Last}\n\n{empty}data: [DONE]\n\n")], includeUsage: false);

        Payloads(events).Should().Equal(Role, Word, Last, "[DONE]");
        lane.Facts.Finished.Should().BeTrue();
    }

    [Fact]
    public async Task A_stream_that_was_cut_is_not_finished_and_ends_with_a_whole_event()
    {
        var bytes = Encoding.UTF8.GetBytes(Plain)[..(Plain.IndexOf(Word, StringComparison.Ordinal) + 40)];
        var (events, lane) = await RelayAsync([bytes], includeUsage: false);

        Payloads(events).Should().Equal(Role);
        lane.Facts.Finished.Should().BeFalse();
    }

    [Fact]
    public async Task An_error_event_is_kept_back_and_ends_the_stream()
    {
        const string error = """{"error":{"message":"overloaded","type":"server_error","code":"x"}}""";
        var (events, lane) = await RelayAsync([Encoding.UTF8.GetBytes($"data: {Role}\n\ndata: {error}\n\ndata: {Word}\n\n")], includeUsage: false);

        Payloads(events).Should().Equal(Role);
        lane.Facts.Error!.Message.Should().Be("overloaded");
        lane.Facts.Finished.Should().BeFalse();
    }

    [Fact]
    public async Task A_stream_is_counted_as_if_each_of_its_events_were_looked_into()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var events = Enumerable.Range(0, random.Next(1, 40)).Select(_ => Random(random)).Append(Last).ToArray();
            var looked = new EventTally(InferenceEndpoint.ChatCompletions);
            foreach (var one in events) looked.Look(Encoding.UTF8.GetBytes(one), out _);

            var (relayed, lane) = await RelayAsync([Encoding.UTF8.GetBytes(string.Concat(events.Select(static e => $"data: {e}\n\n")) + "data: [DONE]\n\n")], includeUsage: false);

            Payloads(relayed).Should().Equal([.. events, "[DONE]"]);
            (lane.RelayedEvents, lane.RelayedBytes, lane.Facts.Usage).Should().Be((looked.Events, looked.ContentBytes, looked.IsUsageRunning ? looked.UsageSoFar : looked.Usage), $"round {round}");
        }
    }

    /// <summary>Mostly words in one of two frames; now and then a call, a running usage, a long signature, or words that look like members.</summary>
    private static string Random(Random random)
    {
        var words = new string('w', random.Next(1, 12)) + (random.Next(4) == 0 ? "\\\"usage\\\":{" : "") + (random.Next(20) == 0 ? new string('l', 300) : "");
        return random.Next(12) switch
        {
            0 => """{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":""}}]},"finish_reason":null}]}""",
            1 => $$$"""{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"{{{words}}}"},"finish_reason":null}],"usage":{"prompt_tokens":{{{random.Next(1, 3)}}},"completion_tokens":2}}""",
            2 => $$$"""{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"signature":"{{{new string('s', 400)}}}","content":"{{{words}}}"},"finish_reason":null}]}""",
            3 => $$$"""{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"{{{words}}}"},"finish_reason":null}],"usage":null,"p":"{{{words}}}"}""",
            _ => $$$"""{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"{{{words}}}"},"finish_reason":null}],"usage":null}""",
        };
    }

    private static async Task<(string Events, OpenAIStreamLane Lane)> RelayAsync(IEnumerable<byte[]> pieces, bool includeUsage)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var lane = new OpenAIStreamLane(Models.Target(Models.Provider(), "m"), InferenceEndpoint.ChatCompletions, includeUsage);
        foreach (var piece in pieces)
        {
            for (var rest = piece.AsMemory(); !rest.IsEmpty && !lane.EndSeen && lane.Facts.Error is null;)
            {
                var room = lane.Receive(pipe.Writer);
                var count = Math.Min(room.Length, rest.Length);
                rest[..count].CopyTo(room);
                lane.Received(count, pipe.Writer);
                rest = rest[count..];
            }
        }

        lane.WriteEnd(pipe.Writer, new NanoUsd(12_300));
        await pipe.Writer.CompleteAsync();
        using var reader = new StreamReader(pipe.Reader.AsStream());
        return (await reader.ReadToEndAsync(), lane);
    }

    private static IEnumerable<string> Payloads(string events) =>
        events.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(static e => e.StartsWith("data:", StringComparison.Ordinal) ? e[5..].TrimStart().Replace("{ \"", "{\"", StringComparison.Ordinal) : e);
}
