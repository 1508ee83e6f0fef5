using System.Text;
using Gateway.PassThrough;
using Gateway.Pipeline;

namespace Gateway.Tests.PassThrough;

/// <summary>What a call of a provider's own API is, by its path, and what bounds its cost, by its body.</summary>
public sealed class PassOperationTests
{
    [Theory]
    [InlineData("openai", "POST", "chat/completions", "Chat", null, false)]
    [InlineData("openai", "POST", "v1/responses", "Responses", null, false)]
    [InlineData("openai", "POST", "responses/input_tokens", "Free", null, false)]
    [InlineData("openai", "POST", "responses/r1/cancel", "Unknown", null, false)]
    [InlineData("openai", "POST", "threads/t1/messages", "Unknown", null, false)]
    [InlineData("openai", "POST", "audio/speech", "Unknown", null, false)]
    [InlineData("openai", "PUT", "chat/completions", "Unknown", null, false)]
    [InlineData("openai", "GET", "chat/completions", "Free", null, false)]
    [InlineData("openai", "DELETE", "files/f", "Free", null, false)]
    [InlineData("azure-openai", "POST", "openai/deployments/gpt-x/chat/completions", "Chat", "gpt-x", false)]
    [InlineData("anthropic", "POST", "v1/messages", "Messages", null, false)]
    [InlineData("anthropic", "POST", "v1/messages/batches", "Unknown", null, false)]
    [InlineData("gemini", "POST", "models/gemini-2.5-pro:generateContent", "Gemini", "gemini-2.5-pro", false)]
    [InlineData("gemini", "POST", "models/gemini-2.5-pro%3AstreamGenerateContent", "Gemini", "gemini-2.5-pro", true)]
    [InlineData("gemini", "POST", "tunedModels/mine:generateContent", "Gemini", null, false)]
    [InlineData("gemini", "POST", "models/e:batchEmbedContents", "GeminiEmbeddings", "e", false)]
    [InlineData("gemini", "POST", "models/v:predictLongRunning", "Unknown", null, false)]
    [InlineData("gemini", "POST", "openai/chat/completions", "Chat", null, false)]
    [InlineData("vertex", "POST", "publishers/anthropic/models/claude-x:streamRawPredict", "Messages", "claude-x", true)]
    [InlineData("vertex", "POST", "publishers/mistralai/models/m:rawPredict", "Unknown", null, false)]
    [InlineData("bedrock", "POST", "model/a.b-v1%3A0/converse-stream", "BedrockConverse", "a.b-v1:0", true)]
    [InlineData("bedrock", "POST", "model/a.b/invoke", "BedrockInvoke", "a.b", false)]
    [InlineData("bedrock", "POST", "async-invoke", "Unknown", null, false)]
    [InlineData("openai", "POST", "model/a.b/invoke", "Unknown", null, false)]
    [InlineData("cohere", "POST", "v2/chat", "CohereChat", null, false)]
    [InlineData("cohere", "POST", "v1/chat", "Unknown", null, false)]
    [InlineData("ollama", "POST", "api/generate", "Ollama", null, false)]
    [InlineData("ollama", "POST", "api/pull", "Unknown", null, false)]
    public void A_path_says_what_it_does(string kind, string method, string path, string shape, string? model, bool streams) =>
        PassOperation.Of(method, path.Split('/'), kind).Should().Be(new PassOperation(Enum.Parse<PassShape>(shape), model, streams));

    [Theory]
    [InlineData("Chat", """{"model":"m","max_tokens":5,"max_completion_tokens":7,"n":2}""", 14L, false)]
    [InlineData("Chat", """{"model":"m","stream":true}""", null, true)]
    [InlineData("Completions", """{"model":"m","max_tokens":5,"prompt":["a","b","c"]}""", 15L, false)]
    [InlineData("Responses", """{"model":"m","max_output_tokens":9}""", 9L, false)]
    [InlineData("Embeddings", """{"model":"m","input":"x"}""", 0L, false)]
    [InlineData("Gemini", """{"contents":[{"maxOutputTokens":99}],"generationConfig":{"maxOutputTokens":10,"candidateCount":3}}""", 30L, false)]
    [InlineData("Gemini", """{"generation_config":{"max_output_tokens":10},"generationConfig":{"maxOutputTokens":20}}""", 20L, false)]
    [InlineData("Gemini", """{"contents":[]}""", null, false)]
    [InlineData("BedrockConverse", """{"inferenceConfig":{"maxTokens":5},"additionalModelRequestFields":{"max_tokens":500}}""", 500L, false)]
    [InlineData("BedrockInvoke", """{"textGenerationConfig":{"maxTokenCount":40}}""", 40L, false)]
    [InlineData("Ollama", """{"model":"m","options":{"num_predict":8}}""", 8L, true)]
    [InlineData("Ollama", """{"model":"m","options":{"num_predict":-1},"num_predict":8,"stream":false}""", null, false)]
    public void A_body_bounds_the_answer(string shape, string json, long? bound, bool stream)
    {
        Read(shape, json, out var fields).Should().BeNull();

        (fields.OutputBound, fields.Stream).Should().Be((bound, stream));
    }

    [Theory]
    [InlineData("Gemini", """{"generationConfig":{"maxOutputTokens":"4096"}}""")]
    [InlineData("Gemini", """{"generationConfig":{"maxOutputTokens":1e9}}""")]
    [InlineData("Gemini", """{"generationConfig":{"candidateCount":0}}""")]
    [InlineData("BedrockConverse", """{"inferenceConfig":{"maxTokens":-5}}""")]
    [InlineData("Chat", """{"model":"m","Max_Tokens":5}""")]
    [InlineData("Responses", """{"model":"m","background":true}""")]
    [InlineData("Messages", """{"model":5}""")]
    public void A_bound_that_can_be_read_in_two_ways_is_refused(string shape, string json) => Read(shape, json, out _).Should().NotBeNull();

    [Theory]
    [InlineData("""{"model":"m","prompt_eval_count":5,"eval_count":7,"response":"x"}""", true, 5, 7)]
    [InlineData("""{"embeddings":{"float":[[1,2]]},"meta":{"billed_units":{"input_tokens":9}}}""", true, 9, 0)]
    [InlineData("""{"usageMetadata":{"promptTokenCount":3}}""", true, 3, 0)]
    [InlineData("""{"a":{"b":{"c":{"input_tokens":9}}}}""", false, 0, 0)]
    [InlineData("""{"input_tokens":-4}""", false, 0, 0)]
    [InlineData("""{"input_tokens":4""", false, 0, 0)]
    [InlineData("no JSON", false, 0, 0)]
    public void Counts_are_found_by_their_names(string json, bool found, long input, long output)
    {
        PassCounts.TryRead(Encoding.UTF8.GetBytes(json), out var usage).Should().Be(found);
        if (found) (usage.Input, usage.Output).Should().Be((input, output));
    }

    private static Core.Errors.GatewayError? Read(string shape, string json, out RequestFields fields)
    {
        var body = Encoding.UTF8.GetBytes(json);
        var members = default(JsonMembers);
        BodyScan.Scan(body, ref members).Should().BeNull();
        return PassFields.Read(body, members, new(Enum.Parse<PassShape>(shape)), out fields);
    }
}
