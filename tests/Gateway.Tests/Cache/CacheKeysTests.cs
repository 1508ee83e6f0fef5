using System.Text;
using Gateway.Cache;
using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Prompts;
using Gateway.Routing;

namespace Gateway.Tests.Cache;

public class CacheKeysTests
{
    private static readonly Dictionary<string, long> None = [];

    private const string Body = """{"model":"fast","messages":[{"role":"user","content":"hi"}],"temperature":0.2}""";

    [Fact]
    public void The_same_request_has_the_same_key_however_it_is_written() =>
        Of(Body).Should().Be(Of("""{ "temperature":0.2, "messages":[{"content":"h\u0069","role":"user"}], "model":"fast" }"""));

    [Theory]
    [InlineData("""{"model":"fast","messages":[{"role":"user","content":"hi"}],"temperature":0.3}""")]
    [InlineData("""{"model":"fast","messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("""{"model":"fast","messages":[{"role":"system","content":"hi"}],"temperature":0.2}""")]
    [InlineData("""{"model":"fast","messages":[{"role":"user","content":"hi"}],"temperature":0.2,"stream":true}""")]
    [InlineData("""{"model":"fast","messages":[{"role":"user","content":"hi"}],"temperature":0.2,"user":"u"}""")]
    [InlineData("""{"model":"fast","messages":[{"role":"user","content":"hi"}],"temperature":0.2,"seed":1}""")]
    [InlineData("""{"model":"alias","messages":[{"role":"user","content":"hi"}],"temperature":0.2}""")]
    public void A_request_that_differs_in_anything_has_another_key(string other) => Of(other).Should().NotBe(Of(Body));

    [Fact]
    public void What_stands_around_the_body_is_in_the_key_too()
    {
        var key = Of(Body);
        CacheKey[] others =
        [
            Of(Body, endpoint: InferenceEndpoint.Messages),
            Of(Body, model: "other"),
            Of(Body, headers: [("OpenAI-Beta", "assistants=v9")]),
            Of(Body, purges: new(7, None, None, None)),
            Of(Body, purges: new(0, new Dictionary<string, long> { ["fast"] = 8 }, None, None)),
            CacheKeys.Of(CacheRig.Call(Body), CacheRig.Policy with { Digest = [9] }),
        ];

        others.Append(key).Should().OnlyHaveUniqueItems();
        Of(Body, purges: new(0, new Dictionary<string, long> { ["other"] = 7 }, new Dictionary<string, long> { ["t"] = 8 }, new Dictionary<string, long> { ["p"] = 9 })).Should().Be(key, "the purge was of something else");
        Of(Body, headers: [("x-gateway-tags", "a"), ("User-Agent", "curl"), ("Authorization", "Bearer x")]).Should().Be(key, "these change no answer");
    }

    [Theory]
    [InlineData(CacheShare.Key, false, false, false)]
    [InlineData(CacheShare.Team, true, false, false)]
    [InlineData(CacheShare.Gateway, true, true, true)]
    public void An_answer_is_shared_with_whom_the_model_says(CacheShare share, bool team, bool otherTeam, bool none)
    {
        var own = Of(Body, CacheRig.Key("a", "red"), share);

        Of(Body, CacheRig.Key("a", "red"), share).Should().Be(own);
        (Of(Body, CacheRig.Key("b", "red"), share) == own).Should().Be(team);
        (Of(Body, CacheRig.Key("a", "blue"), share) == own).Should().Be(otherTeam);
        (Of(Body, CacheRig.Key("a"), share) == own).Should().Be(none);
        (Of(Body, CacheRig.Key("red"), share) == own).Should().Be(none, "a key is not the team of its name");
    }

    /// <summary>Reliability S11, and the issue's own number: 100,000 requests of many tenants, many of them alike, and no answer goes to anybody but who asked the same and may have it.</summary>
    [Fact]
    public void Of_a_hundred_thousand_requests_none_gets_the_answer_of_another_tenant_or_another_request()
    {
        var (random, memory, hits) = (new Random(5), new MemoryTier(), 0);
        var tenants = Enumerable.Range(0, 40).Select(static i => (Key: CacheRig.Key($"k{i % 20}", i < 20 ? null : $"t{i % 3}"), Share: (CacheShare)(i % 2))).ToArray();
        for (var i = 0; i < 100_000; i++)
        {
            var (key, share) = tenants[random.Next(tenants.Length)];
            var (said, temperature, stream) = (random.Next(25), random.Next(3), random.Next(2) == 0);
            string[] members = ["\"model\":\"fast\"", $"\"messages\":[{{\"role\":\"user\",\"content\":\"{said}\"}}]", $"\"temperature\":{temperature}", $"\"stream\":{(stream ? "true" : "false")}"];
            random.Shuffle(members);
            var call = CacheRig.Call($"{{{string.Join(',', members)}}}", key);
            var tenant = share == CacheShare.Team && key.Team is { } team ? $"team {team}" : $"key {key.Name} of {key.Team}";
            var meant = $"{tenant}: {said} {temperature} {stream}";
            var found = CacheKeys.Of(call, CacheRig.Policy with { Share = share });
            if (memory.Find(found, CacheRig.Noon, CachePurges.None) is { } answer)
            {
                hits++;
                Encoding.UTF8.GetString(answer.Body.Span).Should().Be(meant);
            }
            else
            {
                memory.Add(found, CacheRig.Answer(meant), 64 * 1024 * 1024);
            }

            call.Release();
        }

        hits.Should().BeGreaterThan(90_000);
    }

    [Theory]
    [InlineData(InferenceEndpoint.ChatCompletions, "\"messages\":[]", true)]
    [InlineData(InferenceEndpoint.ChatCompletions, "\"messages\":[],\"store\":true", false)]
    [InlineData(InferenceEndpoint.ChatCompletions, "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}]}]", false)]
    [InlineData(InferenceEndpoint.Responses, "\"input\":\"hi\"", false)]
    [InlineData(InferenceEndpoint.Responses, "\"input\":\"hi\",\"store\":false", true)]
    [InlineData(InferenceEndpoint.Responses, "\"input\":\"hi\",\"store\":null", false)]
    [InlineData(InferenceEndpoint.Responses, "\"input\":\"hi\",\"store\":false,\"previous_response_id\":\"r\"", false)]
    [InlineData(InferenceEndpoint.Responses, "\"input\":[{\"type\":\"item_reference\",\"id\":\"i\"}],\"store\":false", false)]
    [InlineData(InferenceEndpoint.Responses, "\"input\":\"hi\",\"store\":false,\"tools\":[{\"type\":\"file_search\",\"vector_store_ids\":[\"v\"]}]", false)]
    [InlineData(InferenceEndpoint.Messages, "\"messages\":[],\"container\":\"c\"", false)]
    [InlineData(InferenceEndpoint.Messages, "\"messages\":[],\"store\":true", true)]
    [InlineData(InferenceEndpoint.CountTokens, "\"messages\":[]", false)]
    [InlineData(InferenceEndpoint.Embeddings, "\"input\":\"hi\"", true)]
    public void What_refers_to_something_that_the_provider_keeps_is_not_cached(InferenceEndpoint endpoint, string members, bool can) =>
        CacheKeys.CanBeFound(CacheRig.Call($$"""{"model":"fast",{{members}}}""", endpoint: endpoint)).Should().Be(can);

    [Theory]
    [InlineData("false", true, "\"store\":true", true)]
    [InlineData("true", true, "\"store\":false", false)]
    [InlineData("true", false, "\"store\":false", true)]
    [InlineData("true", false, "\"top_p\":1", false)]
    public void The_operator_may_say_whether_the_provider_keeps_it(string value, bool wins, string member, bool can)
    {
        var call = CacheRig.Call($$"""{"model":"fast","messages":[],{{member}}}""", fields: [OperatorField.Create("store", Encoding.UTF8.GetBytes(value), wins)]);

        CacheKeys.CanBeFound(call).Should().Be(can);
    }

    [Fact]
    public void What_a_prompt_wrote_is_found_by_requests_with_that_prompt_until_it_is_taken_out()
    {
        var key = WithPrompt("reply");

        key.Should().Be(WithPrompt("reply", purged: "other")).And.NotBe(Of(Body)).And.NotBe(WithPrompt("other")).And.NotBe(WithPrompt("reply", purged: "reply"));

        static CacheKey WithPrompt(string name, string purged = "none")
        {
            var call = CacheRig.Call(Body, purges: new(0, None, None, new Dictionary<string, long> { [purged] = 7 }));
            call.Prompt = PromptVersion.Compile(name, new() { Version = 1, Messages = [] }, out _);
            return CacheKeys.Of(call, CacheRig.Policy);
        }
    }

    private static CacheKey Of(
        string body, KeyEntry? key = null, CacheShare share = CacheShare.Key, InferenceEndpoint endpoint = InferenceEndpoint.ChatCompletions, CachePurges? purges = null, string model = "fast",
        params (string Name, string Value)[] headers)
    {
        var call = CacheRig.Call(body, key, endpoint, purges, model: model, headers: headers);
        return CacheKeys.Of(call, CacheRig.Policy with { Share = share });
    }
}
