using System.Text;
using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Demo;

/// <summary>Every case of Golden/demo, as JSON and as a stream: what goes to the demo, and what comes back to the client.</summary>
public sealed class DemoGoldenTests
{
    private const string Folder = "demo";

    public static IEnumerable<object[]> All => Golden.Cases(Folder).Select(c => new object[] { c });

    public static IEnumerable<object[]> Streamed => Golden.Cases(Folder).Where(c => EndpointOf(c) != InferenceEndpoint.Embeddings).Select(c => new object[] { c });

    [Theory]
    [MemberData(nameof(All))]
    public void A_request_becomes_what_the_golden_ask_says(string name) =>
        Golden.Verify(Folder, name + ".ask.json", Golden.Pretty(Encoding.UTF8.GetString(Of(name).Ask(Golden.Request(Folder, name)).Body.Span)));

    [Theory]
    [MemberData(nameof(All))]
    public void A_reply_is_what_the_golden_reply_says(string name) =>
        Golden.Verify(Folder, name + ".reply.json", Golden.Pretty(Of(name).Reply(Golden.Request(Folder, name))));

    [Theory]
    [MemberData(nameof(Streamed))]
    public void A_stream_is_what_the_golden_stream_says(string name) =>
        Golden.Verify(Folder, name + ".stream.txt", Of(name).Stream(Golden.Request(Folder, name)));

    [Theory]
    [MemberData(nameof(Streamed))]
    public void A_stream_cut_anywhere_gives_the_same_events(string name)
    {
        var upstream = Of(name).UpstreamBytes(Golden.Request(Folder, name));
        var whole = Of(name).Stream(upstream, [int.MaxValue], out var facts);
        facts.Finished.Should().BeTrue();
        var random = new Random(upstream.Length);
        int[][] cuts = [[1], [3], [7], [.. Enumerable.Range(0, 50).Select(_ => random.Next(1, 40))]];
        foreach (var pieces in cuts)
        {
            Of(name).Stream(upstream, pieces, out var cutFacts).Should().Be(whole);
            cutFacts.Should().Be(facts);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void A_reply_is_valid_by_OpenAIs_schema(string name)
    {
        Skip.IfNot(OpenAISchema.IsAvailable(out var reason), reason);
        Validate(SchemaOf(name), Of(name).Reply(Golden.Request(Folder, name))).Should().BeEmpty();
    }

    [SkippableTheory]
    [MemberData(nameof(Streamed))]
    public void Every_chunk_is_valid_by_OpenAIs_schema(string name)
    {
        Skip.IfNot(OpenAISchema.IsAvailable(out var reason), reason);
        var schema = EndpointOf(name) == InferenceEndpoint.ChatCompletions ? "CreateChatCompletionStreamResponse" : SchemaOf(name);
        foreach (var includeUsage in (bool[])[true, false])
        {
            var chunks = Translation.Events(Of(name).Stream(Golden.Request(Folder, name), includeUsage));
            chunks.Should().NotBeEmpty();
            chunks.SelectMany(c => Validate(schema, c)).Should().BeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Streamed))]
    public void A_stream_adds_up_to_the_reply(string name)
    {
        var request = Golden.Request(Folder, name);
        var reply = Translation.Json(Of(name).Reply(request, out var facts));
        var chunks = Translation.Events(Of(name).Stream(Of(name).UpstreamBytes(request), [int.MaxValue], out var streamFacts)).Select(Translation.Json).ToList();
        var told = StreamSum.Of(chunks);
        told.Choices.Should().BeEquivalentTo(StreamSum.OfReply(reply), o => o.WithStrictOrdering());
        JsonElement.DeepEquals(told.Usage!.Value, reply.GetProperty("usage")).Should().BeTrue("the last chunk carries the usage of the reply");
        streamFacts.Usage.Should().Be(facts.Usage);
        streamFacts.RawUsage.Should().Be(facts.RawUsage);
    }

    [Theory]
    [MemberData(nameof(Streamed))]
    public void A_client_that_did_not_ask_for_usage_gets_no_chunk_with_it(string name)
    {
        var chunks = Translation.Events(Of(name).Stream(Golden.Request(Folder, name), includeUsage: false)).Select(Translation.Json).ToList();
        chunks.Should().OnlyContain(c => c.GetProperty("choices").GetArrayLength() == 1 && !HasUsage(c));
    }

    private static bool HasUsage(JsonElement chunk) => chunk.TryGetProperty("usage", out _);

    private static IReadOnlyList<string> Validate(string schema, string json) => OpenAISchema.Validate(schema, Encoding.UTF8.GetBytes(json));

    private static Translation Of(string name) => Translation.Demo(EndpointOf(name));

    private static InferenceEndpoint EndpointOf(string name) => name.Split('-')[0] switch
    {
        "chat" => InferenceEndpoint.ChatCompletions,
        "completion" => InferenceEndpoint.Completions,
        _ => InferenceEndpoint.Embeddings,
    };

    private static string SchemaOf(string name) => EndpointOf(name) switch
    {
        InferenceEndpoint.ChatCompletions => "CreateChatCompletionResponse",
        InferenceEndpoint.Completions => "CreateCompletionResponse",
        _ => "CreateEmbeddingResponse",
    };
}
