using System.Text.Json.Nodes;
using Gateway.Providers.Tests.Dialects.Messages;
using Gateway.Providers.Tests.Dialects.Responses;

namespace Gateway.Providers.Tests.Dialects;

/// <summary>What an answer rests on is the same for a client of any dialect, whoever says it and however, whole and in a stream.</summary>
public sealed class DialectSourceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pages_that_Anthropic_cites_have_the_place_of_their_block(bool isStream)
    {
        const string blocks = """
            [{"type":"text","text":"é🙂\n"},{"type":"text","text":"so \"it\" is","citations":[{"type":"web_search_result_location","url":"https://a.example/","title":"A","cited_text":"it is","encrypted_index":"ZQ=="}]},
             {"type":"text","text":"!","citations":[{"type":"char_location","cited_text":"x","document_index":0,"document_title":null,"start_char_index":1,"end_char_index":2}]}]
            """;

        Check(isStream ? ProviderAnswers.AnthropicChunks(blocks) : null, isStream ? null : ProviderAnswers.AnthropicReply(blocks), Said,
            ["""{"type":"url_citation","start_index":4,"end_index":14,"url":"https://a.example/","title":"A"}"""],
            [
                """{"type":"web_search_result_location","cited_text":"it is","encrypted_index":"ZQ==","title":"A","url":"https://a.example/"}""",
                """{"type":"char_location","cited_text":"x","document_index":0,"document_title":null,"start_char_index":1,"end_char_index":2}""",
            ]);
    }

    private const string Said = "é🙂\nso \"it\" is!";

    /// <summary>Gemini counts the bytes of UTF-8 over all events, and says it all again with every event that says more. The signature of the words comes before.</summary>
    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, ",\"partIndex\":1")]   // thoughts are a part too
    public void Pages_that_Gemini_found_have_their_places_in_the_words(bool isStream, string part)
    {
        var parts = isStream ? """[{"text":"é🙂\nso "},{"text":"\"it\" is!"},{"text":"","thoughtSignature":"dGV4dA=="}]""" : """[{"text":"é🙂\nso \"it\" is!","thoughtSignature":"dGV4dA=="}]""";
        var more = $$$""","groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.example/","title":"A"}},{"web":{"uri":"https://b.example/"}}],"groundingSupports":[{"segment":{"startIndex":7,"endIndex":18{{{part}}},"text":"so \"it\" is!"},"groundingChunkIndices":[0,1]}]}""";

        Check(isStream ? ProviderAnswers.GeminiChunks(parts, more) : null, isStream ? null : ProviderAnswers.GeminiReply(parts, more), Said,
            ["""{"type":"url_citation","start_index":4,"end_index":15,"url":"https://a.example/","title":"A"}""", """{"type":"url_citation","start_index":4,"end_index":15,"url":"https://b.example/","title":"https://b.example/"}"""],
            [Page("https://a.example/", "\"A\""), Page("https://b.example/", "\"https://b.example/\"")]);
    }

    /// <summary>As OpenAI and OpenRouter, Bedrock, Cohere and nobody in particular say it.</summary>
    [Theory]
    [InlineData("annotations", """{"type":"url_citation","url_citation":{"url":"https://a.example/","title":"A","start_index":1,"end_index":2}}""", 1, 2)]
    [InlineData("annotations", """{"type":"url_citation","url":"https://a.example/","title":"A","start_index":1,"end_index":2}""", 1, 2)]
    [InlineData("citations", """{"title":"A","location":{"web":{"url":"https://a.example/","domain":"a.example"}}}""", 0, 0)]
    [InlineData("citations", """{"start":1,"end":2,"text":"b","sources":[{"type":"document","id":"d","document":{"url":"https://a.example/","title":"A"}},{"type":"tool","id":"t","tool_output":{"x":1}}],"type":"TEXT_CONTENT"}""", 1, 2)]
    [InlineData("citations", """{"start":1,"end":2,"sources":[{"type":"tool","id":"t","tool_output":{"url":"https://a.example/","title":"A"}}]}""", 1, 2)]
    public void A_page_is_told_wherever_the_provider_says_it(string member, string citation, int start, int end)
    {
        string[] annotation = [$$"""{"type":"url_citation","start_index":{{start}},"end_index":{{end}},"url":"https://a.example/","title":"A"}"""];
        string[] page = [Page("https://a.example/", "\"A\"")];

        Check(null, $$$"""{"choices":[{"message":{"content":"abc","{{{member}}}":[{{{citation}}}]},"finish_reason":"stop"}]}""", "abc", annotation, page);
        Check([Chunk("""{"content":"ab"}"""), Chunk($$"""{"{{member}}":[{{citation}}]}"""), Chunk("""{"content":"c"}"""), End], null, "abc", annotation, page);
        Check([Chunk($$"""{"{{member}}":[{{citation}}]}"""), Chunk("""{"content":"abc"}"""), End], null, "abc", annotation, page);   // before the words
    }

    /// <summary>Perplexity says so at the top of every event, xAI of the last.</summary>
    [Theory]
    [InlineData("""{"search_results":[{"title":"A","url":"https://a.example/","date":"2026-01-01"}],"citations":["https://a.example/","https://b.example/"]}""")]
    [InlineData("""{"citations":["https://a.example/","https://b.example/"]}""")]
    public void Pages_of_the_whole_answer_are_told_once(string members)
    {
        var title = members.Contains("search_results", StringComparison.Ordinal) ? "\"A\"" : "null";
        string[] annotations =
        [
            $$"""{"type":"url_citation","start_index":0,"end_index":0,"url":"https://a.example/","title":{{(title == "null" ? "\"https://a.example/\"" : title)}}}""",
            """{"type":"url_citation","start_index":0,"end_index":0,"url":"https://b.example/","title":"https://b.example/"}""",
        ];
        string[] pages = [Page("https://a.example/", title), Page("https://b.example/", "null")];
        string Top(string chunk) => chunk.Insert(1, members[1..^1] + ",");

        Check(null, Top("""{"choices":[{"message":{"content":"abc"},"finish_reason":"stop"}]}"""), "abc", annotations, pages);
        Check([Top(Chunk("""{"content":"ab"}""")), Top(Chunk("""{"content":"c"}""")), Top(End)], null, "abc", annotations, pages);
        Check([Chunk("""{"content":"abc"}"""), End, Top("""{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""")], null, "abc", annotations, pages);
    }

    [Fact]
    public void A_page_that_an_annotation_told_is_not_told_again()
    {
        const string annotation = """{"type":"url_citation","url_citation":{"url":"https://a.example/","title":"A","start_index":1,"end_index":2}}""";
        var chunk = Chunk($$"""{"content":"abc","annotations":[{{annotation}}]}""").Insert(1, "\"citations\":[\"https://a.example/\"],");

        Check([chunk, End], null, "abc", ["""{"type":"url_citation","start_index":1,"end_index":2,"url":"https://a.example/","title":"A"}"""], [Page("https://a.example/", "\"A\"")]);
    }

    /// <summary>An empty text would be refused when it comes back.</summary>
    [Fact]
    public void What_is_cited_after_a_call_has_begun_makes_no_text()
    {
        string[] chunks =
        [
            Chunk("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}"""),
            Chunk("""{"annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example/"}}]}"""), End.Insert(1, "\"citations\":[\"https://a.example/\"],"),
        ];

        MessageSum.Of(MessagesTalk.Stream(chunks))["content"]!.AsArray().Select(static b => (string?)b!["type"]).Should().Equal("tool_use");
        ResponsesForms.Last(ResponsesForms.Stream(chunks))["output"]!.AsArray().Select(static i => (string?)i!["type"]).Should().Equal("function_call");
    }

    private const string End = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    private static string Chunk(string delta) => $$"""{"choices":[{"index":0,"delta":{{delta}},"finish_reason":null}]}""";

    private static string Page(string url, string title) => $$"""{"type":"web_search_result_location","cited_text":"","encrypted_index":"","title":{{title}},"url":"{{url}}"}""";

    private static void Check(IReadOnlyList<string>? chunks, string? reply, string words, string[] annotations, string[] citations)
    {
        var message = chunks is null ? JsonNode.Parse(MessagesTalk.Reply(reply!))!.AsObject() : MessageSum.Of(MessagesTalk.Stream(chunks));
        var events = chunks is null ? null : ResponsesForms.Stream(chunks);
        if (events is not null) ResponsesOracle.Check(events);
        var response = events is null ? JsonNode.Parse(ResponsesForms.Reply(reply!))!.AsObject() : ResponsesForms.Last(events);

        var text = message["content"]!.AsArray().Single(static b => (string?)b!["type"] == "text")!;
        var part = response["output"]!.AsArray().Single(static i => (string?)i!["type"] == "message")!["content"]![0]!;
        ((string?)text["text"], (string?)part["text"]).Should().Be((words, words));
        Same(text["citations"]!.AsArray(), citations);
        Same(part["annotations"]!.AsArray(), annotations);
        if (events is null) return;
        var told = ResponsesOracle.Events(events).Select(static e => JsonNode.Parse(e)!).Where(static e => (string?)e["type"] == "response.output_text.annotation.added").ToList();
        told.Select(static e => (int)e["annotation_index"]!).Should().Equal(Enumerable.Range(0, annotations.Length));
        Same([.. told.Select(static e => e["annotation"]!.DeepClone())], annotations);
    }

    private static void Same(JsonArray array, string[] expected) => array.Select(static c => c!.ToJsonString()).Should().Equal(expected.Select(static c => JsonNode.Parse(c)!.ToJsonString()));
}
