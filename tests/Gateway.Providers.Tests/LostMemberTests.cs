using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

/// <summary>What stands inside a chat request's fields and does not reach a provider that is translated for is named, whatever may be dropped: it does not vanish.</summary>
public sealed class LostMemberTests
{
    private const string Said = "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]";

    private const string Png = "data:image/png;base64,AAAA";

    private static readonly string[] Kinds = ["anthropic", "bedrock", "invoke", "gemini", "vertex", "cohere", "ollama"];

    /// <summary>A place that no provider has, and a request that has it.</summary>
    public static TheoryData<string, string> Unknown => new()
    {
        { "messages[].zzfoo", User("\"content\":\"q\",\"zzfoo\":{\"a\":1}") },
        { "messages[].tool_call_id", User("\"content\":\"q\",\"tool_call_id\":\"c\"") },
        { "messages[].prefix", Turn("\"content\":\"a\",\"prefix\":true") },
        { "messages[].function_call", Turn($"{Calls("")},\"function_call\":{{\"name\":\"f\",\"arguments\":\"{{}}\"}}") },
        { "messages[].content[].zzfoo", User("\"content\":[{\"type\":\"text\",\"text\":\"q\",\"zzfoo\":1}]") },
        { "messages[].content[].prompt_cache_breakpoint", User("\"content\":[{\"type\":\"text\",\"text\":\"q\",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}}]") },
        { "messages[].content[].text", User($$""" "content":[{"type":"image_url","text":"q","image_url":{"url":"{{Png}}"} }] """) },
        { "messages[].content[].image_url.zzfoo", User($$""" "content":[{"type":"image_url","image_url":{"url":"{{Png}}","zzfoo":"x"} }] """) },
        { "messages[].tool_calls[].zzfoo", Turn(Calls("", more: ",\"zzfoo\":1")) },
        { "messages[].tool_calls[].function.zzfoo", Turn(Calls(",\"zzfoo\":1")) },
        { "messages[].tool_calls[].function.cache_control", Turn(Calls(",\"cache_control\":{\"type\":\"ephemeral\"}")) },
        { "tools[].zzfoo", Tool("\"function\":{\"name\":\"f\"},\"zzfoo\":1") },
        { "tools[].strict", Tool("\"function\":{\"name\":\"f\"},\"strict\":true") },
        { "tools[].function.zzfoo", Tool("\"function\":{\"name\":\"f\",\"zzfoo\":[1]}") },
        { "response_format.zzfoo", $$"""{{{Said}},"response_format":{"type":"text","zzfoo":1} }""" },
        { "response_format.json_schema.zzfoo", $$"""{{{Said}},"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object","x":1},"zzfoo":1} } }""" },
    };

    [Theory]
    [MemberData(nameof(Unknown))]
    public void What_no_provider_has_is_named_by_every_kind(string place, string request)
    {
        foreach (var kind in Kinds) Dropped(kind, request).Should().Equal([place], kind);
    }

    [Fact]
    public void What_is_unknown_of_a_choice_of_tools_is_named()
    {
        var request = $$"""{{{Said}},"tools":[{"type":"function","function":{"name":"f"} }],"tool_choice":{"type":"function","zzfoo":1,"function":{"name":"f","zzbar":1} } }""";
        foreach (var kind in Kinds.Where(static k => k != "ollama")) Dropped(kind, request).Should().Equal(["tool_choice.zzfoo", "tool_choice.function.zzbar"], kind);
    }

    [Fact]
    public void A_file_in_a_second_form_is_named()
    {
        var request = User("\"content\":[{\"type\":\"file\",\"file\":{\"file_data\":\"data:application/pdf;base64,JVBERi0=\",\"file_id\":\"f1\",\"file_url\":\"https://x.test/a.pdf\",\"zzfoo\":1}}]");
        foreach (var kind in Kinds.Where(static k => k is not ("cohere" or "ollama")))
            Dropped(kind, request).Should().Equal(["messages[].content[].file.file_id", "messages[].content[].file.file_url", "messages[].content[].file.zzfoo"], kind);
    }

    [Fact]
    public void Sound_has_no_more_than_its_data_and_format()
    {
        foreach (var kind in new[] { "bedrock", "gemini" })
            Dropped(kind, User("\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\",\"format\":\"wav\",\"zzfoo\":1}}]")).Should().Equal(["messages[].content[].input_audio.zzfoo"], kind);
    }

    /// <summary>Clients send such back with what they got, or fill in every field.</summary>
    [Fact]
    public void What_asks_for_nothing_or_is_a_record_of_an_answer_is_not_named()
    {
        var members = "\"content\":null,\"zzfoo\":null,\"zzbar\":false,\"zzbaz\":[],\"zzqux\":{},\"annotations\":[{\"type\":\"url_citation\"}],\"provider_blocks\":[{\"type\":\"x\"}],\"extra_content\":{\"google\":{}},\"audio\":null,\"function_call\":null," + Calls(",\"zz\":null", ",\"index\":0,\"zz\":\"\"");
        var turn = Turn(members);
        foreach (var kind in Kinds) Dropped(kind, turn).Should().BeEmpty(kind);
    }

    /// <summary>Their members are the provider's own, whatever they are.</summary>
    [Fact]
    public void Blocks_and_tools_of_the_provider_itself_are_not_looked_into()
    {
        Dropped("anthropic", User("\"content\":[{\"type\":\"search_result\",\"source\":\"s\",\"zzfoo\":1,\"text\":\"x\"}]")).Should().BeEmpty();
        Dropped("anthropic", $$"""{{{Said}},"tools":[{"type":"web_search_20250305","name":"web_search","max_uses":1}]}""").Should().BeEmpty();
        Dropped("gemini", $$"""{{{Said}},"tools":[{"googleSearch":{} }]}""").Should().BeEmpty();
    }

    [Fact]
    public void Images_of_an_answer_are_named_where_they_cannot_go_back()
    {
        const string images = "\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]";
        foreach (var kind in Kinds)
        {
            var isGoogles = kind is "gemini" or "vertex";
            foreach (var content in (string[])["\"\"", "null", "\"here\""]) Dropped(kind, Turn($"\"content\":{content},{images}")).Should().Equal(isGoogles ? [] : ["messages[].images"], $"{kind} {content}");
            Dropped(kind, User($"\"content\":\"q\",{images}")).Should().Equal(["messages[].images"], kind);
        }

        Roles("ollama", Turn($"\"content\":\"\",{images}")).Should().Equal("user", "user");
    }

    [Fact]
    public void Reasoning_is_named_where_it_cannot_go_back()
    {
        foreach (var kind in Kinds)
        {
            foreach (var content in (string[])["\"\"", "\"a\""])
                Dropped(kind, Turn($"\"content\":{content},\"reasoning_content\":\"hm\"")).Should().Equal(kind == "ollama" ? [] : ["messages[].reasoning_content"], $"{kind} {content}");
        }

        Dropped("cohere", Turn($"\"reasoning_content\":\"hm\",{Calls("")}")).Should().BeEmpty();
        Dropped("anthropic", Turn("\"content\":\"a\",\"reasoning_content\":\"hm\",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"}]")).Should().BeEmpty("the blocks say the same");
        Dropped("gemini", Turn("\"content\":\"a\",\"reasoning_content\":\"hm\",\"extra_content\":{\"google\":{\"thought_signature\":\"s\"}}")).Should().BeEmpty("the signature says the same");
    }

    [Theory]
    [InlineData("gemini")]
    [InlineData("vertex")]
    [InlineData("cohere")]
    [InlineData("ollama")]
    public void Signed_thoughts_are_named_by_who_knows_none(string kind) =>
        Dropped(kind, Turn("\"content\":\"a\",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"}]")).Should().Equal("messages[].thinking_blocks");

    [Theory]
    [InlineData("""{"type":"thinking","thinking":"hm"}""")]
    [InlineData("""{"type":"thinking","thinking":"hm","signature":""}""")]
    [InlineData("""{"type":"redacted_thinking"}""")]
    [InlineData("""{"type":"text","text":"x","signature":"s"}""")]
    [InlineData("null")]
    [InlineData("5")]
    public void Thoughts_that_nobody_signed_are_left_out_and_named(string thought)
    {
        foreach (var kind in new[] { "anthropic", "bedrock", "invoke" })
        {
            var built = Of(kind).Ask(Turn($"\"content\":\"a\",\"thinking_blocks\":[{thought}]"));

            built.Dropped.Should().Equal(["messages[].thinking_blocks"], kind);
            JsonNode.Parse(built.Body.Span)!["messages"]![1]!["content"]!.AsArray().Should().ContainSingle(kind);
        }
    }

    [Theory]
    [InlineData("""[{"type":"text","text":""}]""")]
    [InlineData("""[{"type":"text","text":""},{"type":"refusal","refusal":""}]""")]
    [InlineData("""null,"refusal":"" """)]
    public void A_turn_of_empty_texts_says_nothing_and_is_skipped(string content)
    {
        foreach (var kind in Kinds) Roles(kind, Turn($"\"content\":{content}")).Should().AllBe("user", kind);
    }

    [Fact]
    public void A_conversation_of_nothing_but_such_turns_is_a_400()
    {
        foreach (var kind in Kinds) Of(kind).Build("""{"messages":[{"role":"assistant","content":""},{"role":"assistant","content":[{"type":"text","text":""}]}]}""").Error!.Param.Should().Be("messages", kind);
    }

    [Theory]
    [InlineData("system")]
    [InlineData("user")]
    [InlineData("tool")]
    public void Only_the_assistant_calls_tools(string role)
    {
        foreach (var kind in Kinds)
            Of(kind).Build($$"""{"messages":[{"role":"user","content":"q"},{"role":"{{role}}","content":"x","tool_call_id":"c",{{Calls("")}}}]}""").Error!.Param.Should().Be("messages[1].tool_calls", kind);
    }

    private static string User(string members) => $$"""{"messages":[{"role":"user",{{members}}}]}""";

    private static string Turn(string members) => $$"""{"messages":[{"role":"user","content":"q"},{"role":"assistant",{{members}}},{"role":"user","content":"q"}]}""";

    private static string Tool(string members) => $$"""{{{Said}},"tools":[{"type":"function",{{members}}}]}""";

    private static string Calls(string ofFunction, string more = "") => "\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"" + ofFunction + "}" + more + "}]";

    private static Translation Of(string kind) => kind == "invoke" ? new("bedrock", InferenceEndpoint.ChatCompletions, "invoke") : new(kind, InferenceEndpoint.ChatCompletions);

    private static IReadOnlyList<string> Dropped(string kind, string request) => Of(kind).Ask(request).Dropped;

    private static List<string?> Roles(string kind, string request)
    {
        var body = JsonNode.Parse(Of(kind).Ask(request).Body.Span)!;
        return [.. (body["messages"] ?? body["contents"])!.AsArray().Select(static m => (string?)m!["role"])];
    }
}
