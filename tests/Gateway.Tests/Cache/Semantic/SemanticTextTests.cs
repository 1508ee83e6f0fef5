using Gateway.Cache;
using Gateway.Cache.Semantic;
using Gateway.Core.Providers;

namespace Gateway.Tests.Cache.Semantic;

public sealed class SemanticTextTests
{
    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"q\n\u00e9"}]}""", "q\né")]
    [InlineData("""{"model":"m","messages":[{"content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"u","text":"no"}},{"text":"b","type":"text"}],"role":"user"}]}""", "a\nb")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"first"},{"role":"assistant","content":"no"},{"role":"user","content":"last"}]}""", "last")]
    public void The_text_of_the_users_last_message_may_differ(string body, string text) => Of(body)!.Text.Should().Be(text);

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"q"},{"role":"tool","tool_call_id":"1","content":"a"}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":""}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":null}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}}]}]}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"q"},7]}""")]
    [InlineData("""{"model":"m","messages":[]}""")]
    public void A_request_that_does_not_end_in_words_of_the_users_is_compared_with_nothing(string body) => Of(body).Should().BeNull();

    [Fact]
    public void A_long_text_is_compared_with_nothing()
    {
        Of($$"""{"model":"m","messages":[{"role":"user","content":"{{new string('x', 8192)}}"}]}""").Should().NotBeNull();
        Of($$"""{"model":"m","messages":[{"role":"user","content":"{{new string('x', 8193)}}"}]}""").Should().BeNull();
    }

    [Theory]
    [InlineData(InferenceEndpoint.Messages, """{"model":"m","max_tokens":9,"system":"s","messages":[{"role":"user","content":[{"type":"text","text":"q"}]}]}""")]
    [InlineData(InferenceEndpoint.Responses, """{"model":"m","store":false,"input":"q"}""")]
    [InlineData(InferenceEndpoint.Responses, """{"model":"m","store":false,"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"q"}]}]}""")]
    [InlineData(InferenceEndpoint.Completions, """{"model":"m","prompt":"q"}""")]
    public void Every_dialect_has_such_a_text(InferenceEndpoint endpoint, string body) => Of(body, endpoint)!.Text.Should().Be("q");

    [Theory]
    [InlineData(InferenceEndpoint.Responses, """{"model":"m","store":false,"input":[{"type":"function_call_output","call_id":"1","output":"q"}]}""")]
    [InlineData(InferenceEndpoint.Embeddings, """{"model":"m","input":"q"}""")]
    public void Other_endings_and_endpoints_have_none(InferenceEndpoint endpoint, string body) => Of(body, endpoint).Should().BeNull();

    [Fact]
    public void Requests_that_differ_in_that_text_alone_are_one_group()
    {
        const string Body = """{"model":"m","temperature":0,"messages":[{"role":"system","content":"s"},{"role":"user","content":"QUESTION"}]}""";
        var group = Group(Body);

        Group(Body.Replace("QUESTION", "another \\\"one\\\"", StringComparison.Ordinal)).Should().Be(group);
        Group("""{"messages":[{"role":"system","content":"s"},{"content":"x","role":"user"}],"temperature":0,"model":"m"}""").Should().Be(group);
        Group(Body.Replace("\"s\"", "\"t\"", StringComparison.Ordinal)).Should().NotBe(group, "the system prompt");
        Group(Body.Replace(":0", ":1", StringComparison.Ordinal)).Should().NotBe(group, "a parameter");
        Group(Body.Replace("\"temperature\"", "\"stream\":true,\"temperature\"", StringComparison.Ordinal)).Should().NotBe(group, "a stream");
        Group(Body.Replace("\"content\":\"QUESTION\"", "\"content\":[{\"type\":\"text\",\"text\":\"QUESTION\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"u\"}}]", StringComparison.Ordinal)).Should().NotBe(group, "an image");
        Group(Body, "other").Should().NotBe(group, "the embedding model");
        Group(Body, key: "other").Should().NotBe(group, "the owner");
        Group(Body.Replace("{\"role\":\"user\"", "{\"role\":\"user\",\"content\":\"before\"},{\"role\":\"user\"", StringComparison.Ordinal)).Should().NotBe(group, "the conversation before");
    }

    [Fact]
    public void No_group_is_the_key_of_an_answer()
    {
        var call = CacheRig.Call("""{"model":"m","messages":[{"role":"user","content":""}]}""");
        CacheKeys.OfGroup(call, CacheRig.Policy, "embed", []).Should().NotBe(CacheKeys.Of(call, CacheRig.Policy));
    }

    private static SemanticText? Of(string body, InferenceEndpoint endpoint = InferenceEndpoint.ChatCompletions) => SemanticText.Of(CacheRig.Call(body, endpoint: endpoint));

    private static CacheKey Group(string body, string embedding = "embed", string key = "app")
    {
        var call = CacheRig.Call(body, CacheRig.Key(key));
        return CacheKeys.OfGroup(call, CacheRig.Policy, embedding, SemanticText.Of(call)!.Places);
    }
}
