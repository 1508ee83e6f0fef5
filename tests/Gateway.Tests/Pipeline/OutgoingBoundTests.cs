using System.Text;
using System.Text.Json.Nodes;
using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Providers;
using Gateway.Routing;
using Gateway.Tests.Support;

namespace Gateway.Tests.Pipeline;

/// <summary>Whatever the client writes wherever it passes through, what leaves for a provider asks for no more than was reserved; read here by names and places of this test's own.</summary>
public class OutgoingBoundTests
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    private static readonly string[] Bounds =
    [
        "max_tokens", "max_completion_tokens", "maxOutputTokens", "max_output_tokens", "MaxOutputTokens", "max_new_tokens", "num_predict", "n_predict", "maxTokens", "max_gen_len", "maxTokenCount",
        "max_tokens_to_sample", "min_tokens", "max_length", "max_answer_tokens",
    ];

    private static readonly string[] Counts = ["n", "best_of", "candidateCount", "candidate_count", "num_return_sequences", "num_generations", "numResults"];

    private static readonly string[] Places =
    [
        "", "generationConfig", "generation_config", "extra_body", "extra_body.google", "extra_body.google.generation_config", "extra_body.google.generationConfig", "inferenceConfig",
        "additionalModelRequestFields", "additionalModelRequestFields.textGenerationConfig", "additionalModelRequestFields.inferenceConfig", "options", "parameters", "sampling_params", "reasoning",
    ];

    public static TheoryData<string, string?, string> Kinds()
    {
        var kinds = new TheoryData<string, string?, string>();
        foreach (var provider in ProviderCatalog.All)
        {
            if (provider.Manifest.Serves(InferenceEndpoint.ChatCompletions)) kinds.Add(provider.Manifest.Kind, null, "m");
        }

        kinds.Add("bedrock", "invoke", "anthropic.claude-x");
        kinds.Add("bedrock", null, "anthropic.claude-x");
        kinds.Add("vertex", null, "claude-x");
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_spelling_in_every_place_is_held(string kind, string? api, string model)
    {
        var served = 0;
        foreach (var place in Places)
            foreach (var name in Bounds.Concat(Counts))
                foreach (var said in (string[])["", "max_tokens", "max_completion_tokens"])
                {
                    var body = JsonNode.Parse(Chat)!.AsObject();
                    if (said.Length > 0) body[said] = 10;
                    Put(body, place, name, Bounds.Contains(name) ? 100_000 : 8);
                    if (Check(kind, api, model, body)) served++;
                }

        served.Should().BeGreaterThan(100, "most of them are no reason to refuse a request");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Several_at_once_are_held(string kind, string? api, string model)
    {
        var (random, served) = (new Random(17), 0);
        for (var i = 0; i < 1500; i++)
        {
            var body = JsonNode.Parse(Chat)!.AsObject();
            for (var fields = random.Next(1, 5); fields > 0; fields--)
            {
                var isCount = random.Next(3) == 0;
                var names = isCount ? Counts : Bounds;
                Put(body, Places[random.Next(Places.Length)], names[random.Next(names.Length)], isCount ? random.Next(1, 9) : random.Next(1, 200_000));
            }

            if (Check(kind, api, model, body)) served++;
        }

        served.Should().BeGreaterThan(100);
    }

    [Theory]
    [InlineData("gemini", """{"max_tokens":10,"generationConfig":{"maxOutputTokens":100000}}""", 100_000)]
    [InlineData("gemini", """{"generation_config":{"max_output_tokens":30}}""", 30)]
    [InlineData("gemini", """{"max_tokens":10,"generationConfig":{"candidateCount":8}}""", 80)]
    [InlineData("vertex", """{"max_tokens":10,"candidate_count":8}""", 80)]
    [InlineData("bedrock", """{"inferenceConfig":{"maxTokens":30}}""", 30)]
    [InlineData("ollama", """{"options":{"num_predict":20}}""", 20)]
    [InlineData("llamacpp", """{"n_predict":20}""", 20)]
    [InlineData("vllm", """{"min_tokens":9000}""", 9000)]
    [InlineData("openrouter", """{"reasoning":{"max_tokens":9000}}""", 9000)]
    [InlineData("openrouter", """{"reasoning":{"max_tokens":90}}""", 4096)]
    public void A_client_that_knows_only_the_providers_own_field_is_served_and_held_at_that(string kind, string members, long held)
    {
        var body = JsonNode.Parse(Chat)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject()) body[name] = value!.DeepClone();
        Send(kind, null, "m", body, out var reserved).Should().NotBeNull();
        reserved.Should().Be(held);
    }

    /// <returns>Whether it leaves.</returns>
    private static bool Check(string kind, string? api, string model, JsonObject body)
    {
        if (Send(kind, api, model, body, out var reserved) is not { } sent) return false;
        var because = $"{kind} {body.ToJsonString()} leaves as {sent.ToJsonString()}";
        var (bound, count) = (0L, 1L);
        Look(sent, ref bound, ref count);
        (bound * count).Should().BeLessThanOrEqualTo(reserved, because);
        Obeyed(sent).Should().BeInRange(1, reserved, "{0}", because);
        return true;
    }

    /// <summary>The bound in the place where the provider obeys it, times the answers.</summary>
    private static long Obeyed(JsonObject sent)
    {
        if (sent["contents"] is not null) return Number(sent["generationConfig"]?["maxOutputTokens"]) * Math.Max(1, Number(sent["generationConfig"]?["candidateCount"]));
        if (sent["options"]?["num_predict"] is { } predict && sent["max_tokens"] is null) return Number(predict);
        if (sent["inferenceConfig"]?["maxTokens"] is { } tokens && sent["max_tokens"] is null && sent["max_completion_tokens"] is null) return Number(tokens);
        return Math.Max(Number(sent["max_tokens"]), Number(sent["max_completion_tokens"]));
    }

    private static long Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;

    private static void Look(JsonNode? node, ref long bound, ref long count)
    {
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            if (name is "messages" or "contents") continue;
            if (Bounds.Contains(name)) bound = Math.Max(bound, Number(value));
            if (Counts.Contains(name)) count = Math.Max(count, Number(value));
            Look(value, ref bound, ref count);
        }
    }

    private static void Put(JsonObject body, string place, string name, int value)
    {
        var at = body;
        foreach (var part in place.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (at[part] is not JsonObject) at[part] = new JsonObject();
            at = at[part]!.AsObject();
        }

        at[name] = value;
    }

    /// <returns>What the provider gets to see; null where the request is refused.</returns>
    private static JsonObject? Send(string kind, string? api, string model, JsonObject request, out long reserved)
    {
        reserved = 0;
        const InferenceEndpoint endpoint = InferenceEndpoint.ChatCompletions;
        var manifest = ProviderCatalog.ByKind[kind].Manifest.By(api);
        var target = Models.Target(Models.Provider(kind: kind) with { Manifest = manifest }, model);
        var entry = Models.Model("m", target);
        var key = new KeyEntry { Name = "k", Models = null, Config = new() { Name = "k", Hash = default, Budgets = [new BudgetConfig { Limit = 1, Period = BudgetPeriod.Day }], Limits = new() } };
        new AdmissionBook(TimeProvider.System, new NamePool()).Configure([key], [], [], []);
        var body = Encoding.UTF8.GetBytes(request.ToJsonString());
        var members = default(JsonMembers);
        BodyScan.Scan(body, ref members).Should().BeNull();
        if (RequestFields.Read(body, members, endpoint, out var fields) is not null) return null;
        using var rewritten = new Rented(BodyRewriter.Rewrite(body, members, fields, entry, target, endpoint, OutputCap.For(fields, entry, target, key, endpoint)));
        var sent = rewritten.Body.IsEmpty ? body : rewritten.Body.Span.ToArray();
        reserved = AttemptBound.Tokens(new AdmissionRequest("r", 1, key, endpoint, entry, target, 0, fields.OutputBound, fields.Choices, fields.LeastBound));
        if (manifest.Identity.ContainsKey(endpoint)) return JsonNode.Parse(sent)!.AsObject();
        var built = manifest.Translators[endpoint].BuildRequest(sent, new("r", DateTimeOffset.UnixEpoch, "m", model, false) { DropParams = true });
        return built.IsOk ? JsonNode.Parse(built.Value.Body.Span)!.AsObject() : null;
    }

    private sealed class Rented(RequestBody body) : IDisposable
    {
        public RequestBody Body { get; } = body;

        public void Dispose() => Body.Return();
    }
}
