using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Responses;

/// <summary>Whatever comes in: a chat request, a 400 that names a field, whole events. Never an exception.</summary>
public sealed class ResponsesFuzzTests
{
    private static readonly string[] Requests = [.. Golden.Cases(ResponsesForms.Folder).Select(static c => Golden.Request(ResponsesForms.Folder, c))];

    private static readonly string[] Streams = [.. Golden.Files(ResponsesForms.Folder, "*.chunks.txt").Select(static f => f[..^".chunks.txt".Length])];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Requests_with_values_of_any_type_anywhere_become_chat_or_a_400(int seed)
    {
        var random = new Random(seed);
        var built = 0;
        for (var i = 0; i < 2000; i++)
        {
            var body = RandomJson.Mutate(Requests[random.Next(Requests.Length)], random);
            var target = random.Next(3) switch { 0 => ResponsesForms.OpenAI, 1 => ResponsesForms.Compatible, _ => ResponsesForms.Translated };
            var form = ResponsesForms.ToChat(body, target, drop: random.Next(2) == 0);
            if (!form.IsOk)
            {
                form.Error.Param.Should().NotBeNullOrEmpty(body);
                continue;
            }

            built++;
            JsonNode.Parse(form.Value.Body.Span)!["messages"]!.AsArray().Count.Should().BePositive(body);
            JsonNode.Parse(ResponsesForms.Reply("""{"choices":[{"message":{"content":"a"}}]}""", form.Value.Memory))!["tools"].Should().NotBeNull();
        }

        built.Should().BeInRange(200, 1800);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"a\"")]
    public void A_body_that_is_no_object_is_a_400(string body) => ResponsesForms.ToChat(body, ResponsesForms.OpenAI).Error!.Status.Should().Be(400);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Chunks_with_values_of_any_type_anywhere_make_events_in_order(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 400; i++)
        {
            var name = Streams[random.Next(Streams.Length)];
            var chunks = ResponsesGoldenTests.Chunks(name).ToList();
            var at = random.Next(chunks.Count);
            chunks[at] = random.Next(10) == 0 ? chunks[at][..random.Next(chunks[at].Length)] : Halved(RandomJson.Mutate(chunks[at], random), random);
            if (random.Next(3) == 0) chunks.Insert(random.Next(chunks.Count), chunks[random.Next(chunks.Count)]);

            Order(ResponsesForms.Stream(chunks, ResponsesForms.Memory(name)));
        }
    }

    [Theory]
    [InlineData(1)]
    public void Replies_with_values_of_any_type_anywhere_become_a_response_or_an_error(int seed)
    {
        var random = new Random(seed);
        string[] replies = [.. Golden.Files(ResponsesForms.Folder, "*.chat.json").Select(static f => Encoding.UTF8.GetString(Golden.Bytes(ResponsesForms.Folder, f)))];
        for (var i = 0; i < 2000; i++)
        {
            var reply = Halved(RandomJson.Mutate(replies[random.Next(replies.Length)], random), random);
            var output = new ArrayBufferWriter<byte>();
            if (ResponsesForms.Dialect.WriteReply(Encoding.UTF8.GetBytes(reply), ResponsesForms.Context, output) is null)
                Translation.Json(Encoding.UTF8.GetString(output.WrittenSpan)).GetProperty("object").GetString().Should().Be("response", reply);
            else output.WrittenCount.Should().Be(0);
        }
    }

    [Theory]
    [InlineData(1)]
    public void Events_of_a_provider_with_anything_anywhere_are_read(int seed)
    {
        var random = new Random(seed);
        foreach (var name in Streams)
        {
            var events = ResponsesOracle.Events(ResponsesForms.Stream(ResponsesGoldenTests.Chunks(name), ResponsesForms.Memory(name)));
            for (var i = 0; i < 500; i++)
            {
                var reader = ResponsesForms.Dialect.OpenReader();
                var broken = random.Next(events.Count);
                foreach (var (at, e) in events.Index())
                {
                    var data = at != broken ? e : random.Next(4) == 0 ? e[..random.Next(e.Length)] : Halved(RandomJson.Mutate(e, random), random);
                    reader.Read(Encoding.UTF8.GetBytes(data));
                    ResponsesForms.Dialect.ReadFacts(Encoding.UTF8.GetBytes(data));
                }

                (reader.Facts.Finished && reader.Facts.Error is not null).Should().BeFalse();
            }
        }
    }

    [Fact]
    public void Bytes_that_are_nothing_do_no_harm()
    {
        var random = new Random(5);
        var (bytes, output) = (new byte[300], new ArrayBufferWriter<byte>());
        for (var i = 0; i < 500; i++)
        {
            random.NextBytes(bytes);
            ResponsesForms.Dialect.OpenReader().Read(bytes).Should().Be(EventRole.Passes);
            ResponsesForms.Dialect.ReadFacts(bytes).IsOk.Should().BeFalse();
            ResponsesForms.Dialect.WriteReply(bytes, ResponsesForms.Context, output).Should().NotBeNull();
            ResponsesForms.Dialect.OpenStream(ResponsesForms.Context).Read(bytes, output);
        }

        output.WrittenCount.Should().Be(0);
    }

    /// <summary>What the oracle says of any stream, but for the schema (values of any type stay so) and for halves of characters, which pass as they are escaped.</summary>
    private static void Order(string events) => ResponsesOracle.Check(events.Replace("\\ud800", "", StringComparison.Ordinal), withSchema: false);

    /// <summary>With half of a surrogate pair in one of its strings, now and then: well-formed JSON that is no text.</summary>
    private static string Halved(string json, Random random)
    {
        var strings = Enumerable.Range(0, Math.Max(0, json.Length - 1)).Where(i => json[i] == ':' && json[i + 1] == '"').ToArray();
        return strings.Length == 0 || random.Next(4) > 0 ? json : json.Insert(strings[random.Next(strings.Length)] + 2, "\\ud800");
    }
}
