using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

/// <summary>Hints, without which an answer is as valid: a provider that has no place for one goes without, and its name is told.</summary>
public sealed class LostHintTests
{
    private const string Cache = "\"cache_control\":{\"type\":\"ephemeral\"}";

    private const string Said = "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]";

    private const string Call = """{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}""";

    private static readonly string[] Caching = ["anthropic", "bedrock"];

    /// <summary>A field, the request's members that have it, and the kinds that have a place for it.</summary>
    public static TheoryData<string, string, string[]> Hints => new()
    {
        { "messages[].name", Users("\"name\":\"ana\",\"content\":\"q\""), [] },
        { "messages[].cache_control", Users($"\"content\":\"q\",{Cache}"), Caching },
        { "messages[].content[].cache_control", Users($$""" "content":[{"type":"text","text":"q",{{Cache}}}] """), Caching },
        { "messages[].tool_calls[].cache_control", Talk($$"""{"id":"c","type":"function","function":{"name":"f","arguments":"{}"},{{Cache}}}""", "\"content\":\"r\""), Caching },
        { "messages[].tool_plan", """{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a","tool_plan":"p"}]}""", ["cohere"] },
        { "tools[].cache_control", $$"""{{{Said}},"tools":[{"type":"function","function":{"name":"f"},{{Cache}}}]}""", Caching },
        { "tools[].function.cache_control", $$"""{{{Said}},"tools":[{"type":"function","function":{"name":"f",{{Cache}} } }]}""", Caching },
        { "cache_control", $"{{{Said},{Cache}}}", ["anthropic"] },
        { "messages[].content[].image_url.detail", Users("""
            "content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}}]
            """), ["cohere"] },
        { "response_format.json_schema.description", $$"""{{{Said}},"response_format":{"type":"json_schema","json_schema":{"name":"n","description":"d","schema":{"type":"object"} } } }""", ["bedrock"] },
    };

    [Theory]
    [MemberData(nameof(Hints))]
    public void A_hint_is_carried_or_named_by_every_translated_kind(string field, string request, string[] carriers)
    {
        foreach (var kind in new[] { "anthropic", "bedrock", "gemini", "cohere", "ollama" }) Dropped(kind, request).Should().Equal(carriers.Contains(kind) ? [] : [field], kind);
    }

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"auto"}}""")]
    [InlineData("""{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":null},"cache_control":null}""")]
    public void One_that_asks_for_nothing_is_not_named(string part)
    {
        foreach (var kind in new[] { "anthropic", "bedrock", "gemini", "cohere", "ollama" }) Dropped(kind, Users($"\"name\":null,\"content\":[{part}]")).Should().BeEmpty(kind);
    }

    [Fact]
    public void What_is_said_often_is_named_once() =>
        Dropped("ollama", """{"messages":[{"role":"user","name":"a","content":"q"},{"role":"assistant","name":"b","content":"q"},{"role":"user","name":"c","content":"q"}]}""").Should().Equal("messages[].name");

    /// <summary>It has the name of the function, which the call has too.</summary>
    [Fact]
    public void The_name_in_a_result_of_a_tool_is_no_loss() => Dropped("cohere", Talk(Call, "\"name\":\"f\",\"content\":\"r\"")).Should().BeEmpty();

    [Fact]
    public void Gemini_has_no_names_of_files() => Dropped("gemini", Users("""
        "content":[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}}]
        """)).Should().Equal("messages[].content[].file.filename");

    [Fact]
    public void Bedrock_has_no_cache_points_in_results_of_tools() =>
        Dropped("bedrock", Talk(Call, $$""" "content":[{"type":"text","text":"r",{{Cache}}}] """)).Should().Equal("messages[].content[].cache_control");

    [Fact]
    public void How_Gemini_is_to_search_is_named() =>
        Dropped("gemini", $$"""{{{Said}},"web_search_options":{"search_context_size":"high","user_location":{"type":"approximate","approximate":{"city":"Bern"} } } }""")
            .Should().Equal("web_search_options.search_context_size", "web_search_options.user_location");

    [Theory]
    [InlineData("anthropic")]
    [InlineData("bedrock")]
    [InlineData("cohere")]
    [InlineData("ollama")]
    public void A_search_by_default_is_no_less_asked_for(string kind) =>
        new Translation(kind, InferenceEndpoint.ChatCompletions).Build($$"""{{{Said}},"web_search_options":{} }""").Error!.Param.Should().Be("web_search_options");

    private static string Users(string members) => $$"""{"messages":[{"role":"user",{{members}}}]}""";

    private static string Talk(string call, string result) =>
        $$"""{"messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[{{call}}]},{"role":"tool","tool_call_id":"c",{{result}}}]}""";

    private static IReadOnlyList<string> Dropped(string kind, string request) => new Translation(kind, InferenceEndpoint.ChatCompletions).Ask(request).Dropped;
}
