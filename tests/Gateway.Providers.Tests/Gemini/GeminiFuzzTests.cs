using System.Buffers;
using System.Text;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Gemini;

/// <summary>Values of any type in any place: an answer to the client or a bad upstream, never an exception.</summary>
public sealed class GeminiFuzzTests
{
    private static readonly Translation Gemini = new("gemini", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_request_is_built_or_refused_with_a_field(int seed)
    {
        var random = new Random(seed);
        var requests = Golden.Cases("chat").Select(static c => Golden.Request("chat", c)).ToList();
        for (var i = 0; i < 1500; i++)
        {
            var body = RandomJson.Mutate(requests[random.Next(requests.Count)], random);

            var built = Gemini.Translator.BuildRequest(Encoding.UTF8.GetBytes(body), Translation.Context with { TargetModel = i % 2 == 0 ? "gemini-3-x" : "demo", DropParams = i % 3 == 0 });

            if (built.IsOk) Translation.Json(Encoding.UTF8.GetString(built.Value.Body.Span)).ValueKind.Should().Be(System.Text.Json.JsonValueKind.Object);
            else built.Error.Message.Should().NotBeEmpty(body);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_answer_is_read_or_a_bad_upstream(int seed)
    {
        var random = new Random(seed);
        var events = Golden.Files("gemini", "*.upstream.txt").SelectMany(static f => Encoding.UTF8.GetString(Golden.Bytes("gemini", f)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            .Where(static e => e.StartsWith("data: ", StringComparison.Ordinal)).Select(static e => e["data: ".Length..]).ToList();
        for (var i = 0; i < 1500; i++)
        {
            var mutated = Enumerable.Range(0, 4).Select(_ => RandomJson.Mutate(events[random.Next(events.Count)], random)).ToList();
            var upstream = Encoding.UTF8.GetBytes(i % 2 == 0 ? string.Concat(mutated.Select(static e => $"data: {e}\n\n")) : $"[{string.Join(',', mutated)}]");
            if (i % 3 == 0) upstream[random.Next(upstream.Length)] = (byte)random.Next(256);

            var whole = Gemini.Stream(upstream, [int.MaxValue], out var facts);
            Translation.Events(whole);
            Gemini.Stream(upstream, [1 + random.Next(40)], out var cut).Should().Be(whole);
            (cut.Finished, cut.Usage, cut.UnknownEvents).Should().Be((facts.Finished, facts.Usage, facts.UnknownEvents));
            Gemini.Translator.ReadReply(Encoding.UTF8.GetBytes(mutated[0]), Translation.Context, new ArrayBufferWriter<byte>());
            Gemini.Translator.ReadError(Translation.Unread, 400, Encoding.UTF8.GetBytes(mutated[1]));
        }
    }
}
