using System.Text;
using Gateway.Core.Providers;

namespace Gateway.Tests.Tokens;

/// <summary>Requests whose bill is known, from recorded calls or by the formula.</summary>
public sealed class RequestTokensTests
{
    private const string Weather = """
        {"type":"function","function":{"name":"get_current_weather","description":"Get the current weather","parameters":{"type":"object",
        "properties":{"location":{"type":"string","description":"The city and state, e.g. San Francisco, CA"}},"required":["location"]}}}
        """;

    private const string WeatherInUnits = """
        {"function":{"description":"Get the current weather in a given location","name":"get_current_weather","parameters":{"properties":{
        "location":{"description":"The city and state, e.g. San Francisco, CA","type":"string"},"unit":{"enum":["celsius","fahrenheit"],"type":"string"}},
        "required":["location"],"type":"object"}},"type":"function"}
        """;

    /// <summary>Recorded: what OpenAI billed is the expectation.</summary>
    [Theory]
    [InlineData("gpt-3.5-turbo-0125", """[{"role":"user","content":"What's the weather like in San Francisco and Boston?"}]""", Weather, 70)]
    [InlineData("gpt-5-nano-2025-08-07", """[{"content":"What is the weather like in San Francisco?","role":"user"}]""", WeatherInUnits, 162)]
    [InlineData("gpt-4.1-nano-2025-04-14", """
        [{"content":"Be crisp and friendly.","role":"system"},{"content":"Hey, what's the weather in San Francisco?","role":"user"},
        {"content":null,"role":"assistant","tool_calls":[{"type":"function","id":"tool_123","function":{"name":"get_weather","arguments":"{\"location\": \"San Francisco\"}"}}]},
        {"content":"Sunny as always!","role":"tool","tool_call_id":"tool_123"},{"content":"What's the weather in London?","role":"user"}]
        """, """{"type":"function","function":{"name":"get_weather","description":"","parameters":{"properties":{"location":{"type":"string"}},"required":["location"],"type":"object"}}}""", 88)]
    public void Tools_cost_what_was_billed(string model, string messages, string tool, long billed) =>
        Chat(model, $$"""{"messages":{{messages}},"tools":[{{tool}}]}""").Should().Be(billed);

    [Theory]
    [InlineData("gpt-4o", """{"messages":[{"role":"user","content":"hello"}]}""", 8)]
    [InlineData("o3-mini", """{"messages":[{"role":"user","content":"hello"}]}""", 7)]
    [InlineData("gpt-4o", """{"messages":[{"role":"user","content":"hello","name":"Ann"}]}""", 10)]
    [InlineData("gpt-4o", """{"messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}]}""", 8)]
    [InlineData("gpt-4o", """{"messages":[{"role":"user","content":"\u0068el\u006co"}]}""", 8)]
    [InlineData("gpt-4o", """{"messages":[{"role":"assistant","content":null}],"messages":[{"role":"user","content":"hello"}]}""", 8)]
    [InlineData("gpt-4o", """{"messages":[]}""", 3)]
    [InlineData("gpt-4o", """{"messages":7,"tools":{},"tool_choice":[],"response_format":1}""", 3)]
    [InlineData("gpt-4o", """{"tool_choice":[{"name":"x"}],"response_format":[1],"tools":7,"messages":[{"tool_calls":3,"name":4,"role":"user","content":"hello"},5,[6]]}""", 8)]
    [InlineData("gpt-4o", """{"messages":[{"role":"user","content":"hello"}],"tools":[]}""", 8)]
    [InlineData("mistral-large", """{"messages":[{"role":"user","content":"hello"}],"tools":[ ]}""", 8)]
    [InlineData("gpt-4o", """{"messages":[{"role":"user","content":"hello"}],"tool_choice":"none"}""", 9)]
    public void A_chat_has_the_tokens_of_its_formula(string model, string body, long tokens) => Chat(model, body).Should().Be(tokens);

    [Fact]
    public void An_image_counts_its_least_and_audio_is_said_to_be_missing()
    {
        var count = Tokenizers.CountRequest("""
            {"messages":[{"role":"user","content":[{"type":"text","text":"hello"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
            {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]}
            """u8, InferenceEndpoint.ChatCompletions, "gpt-4o");
        count.Tokens.Should().Be(8 + 85);
        count.Uncounted.Should().Be(1);
    }

    /// <summary>The first four are recorded.</summary>
    [Theory]
    [InlineData("text-embedding-3-small", """{"input":"Ruby is a programmer's best friend"}""", 7)]
    [InlineData("text-embedding-3-small", """{"input":["Ruby is great"]}""", 3)]
    [InlineData("text-embedding-3-small", """{"input":"How do I reset my password?"}""", 7)]
    [InlineData("text-embedding-3-small", """{"dimensions":512,"input":"Generate embeddings with specific dimensions"}""", 5)]
    [InlineData("text-embedding-3-small", """{"input":["a","b"]}""", 2)]
    [InlineData("text-embedding-3-small", """{"input":[1,2,3]}""", 3)]
    [InlineData("text-embedding-3-small", """{"input":[[1,2,3],[4]]}""", 4)]
    public void An_embedding_is_its_input(string model, string body, long tokens) =>
        Tokenizers.CountRequest(Encoding.UTF8.GetBytes(body), InferenceEndpoint.Embeddings, model).Tokens.Should().Be(tokens);

    [Theory]
    [InlineData("""{"prompt":"Hello, OpenAI!"}""", 5)]
    [InlineData("""{"prompt":["Hello, OpenAI!","Hello, OpenAI!"],"suffix":"x"}""", 10)]
    public void A_completion_is_its_prompts(string body, long tokens) =>
        Tokenizers.CountRequest(Encoding.UTF8.GetBytes(body), InferenceEndpoint.Completions, "gpt-3.5-turbo-instruct").Tokens.Should().Be(tokens);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"messages\":[")]
    public void What_is_no_request_has_no_count(string body) =>
        Gateway.Core.Tokens.RequestTokens.Count(Encoding.UTF8.GetBytes(body), InferenceEndpoint.ChatCompletions, "gpt-4o", Tokenizers.Cache).Should().BeNull();

    /// <summary>What a client sends may be anything: no count, or some count, but no exception.</summary>
    [Fact]
    public void A_request_with_any_byte_changed_or_cut_off_is_counted_or_refused()
    {
        var whole = Encoding.UTF8.GetBytes($$"""{"messages":[{"role":"user","content":[{"type":"text","text":"a\ud83d\ude00b"}],"name":"x"}],"tools":[{{WeatherInUnits}}],"tool_choice":"auto"}""");
        var (random, counted) = (new Random(9), 0);
        for (var round = 0; round < 20_000; round++)
        {
            var body = whole.AsSpan(0, random.Next(8) == 0 ? random.Next(whole.Length) : whole.Length).ToArray();
            for (var change = random.Next(3); change >= 0 && body.Length > 0; change--) body[random.Next(body.Length)] = (byte)" \"\\{}[]:,0ud8n\u00e9"[random.Next(15)];
            var count = Gateway.Core.Tokens.RequestTokens.Count(body, InferenceEndpoint.ChatCompletions, "gpt-4o", Tokenizers.Cache);
            if (count is { } tokens) counted += tokens.Tokens >= 3 ? 1 : 0;
        }

        counted.Should().BeInRange(1000, 19_000);
    }

    private static long Chat(string model, string body) => Tokenizers.CountRequest(Encoding.UTF8.GetBytes(body), InferenceEndpoint.ChatCompletions, model).Tokens;
}
