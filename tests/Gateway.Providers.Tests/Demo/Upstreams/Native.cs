using System.Text;
using Gateway.Providers.Demo.Upstreams;

namespace Gateway.Providers.Tests.Demo.Upstreams;

/// <summary>Requests in the providers' own formats, as their own clients send them.</summary>
internal static class Native
{
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";

    /// <summary>One that uses most of what is read, for each path.</summary>
    public static readonly IReadOnlyDictionary<string, string> Requests = new Dictionary<string, string>
    {
        ["/openai/v1/chat/completions"] = $$$$"""{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"weather"}],"tools":[{"type":"function","function":{"name":"get_weather","parameters":{{{{Schema}}}}}}]}""",
        ["/openai/v1/completions"] = """{"model":"m","prompt":["a","b"],"stream":false}""",
        ["/openai/v1/embeddings"] = """{"model":"m","input":["a"],"dimensions":4}""",
        ["/openai/v1/responses"] = $$$$$$"""{"model":"m","stream":true,"instructions":"i","reasoning":{"effort":"low","summary":"auto"},"include":["reasoning.encrypted_content"],"input":[{"role":"user","content":[{"type":"input_text","text":"q"},{"type":"input_image","image_url":"x"}]},{"type":"function_call","call_id":"c","name":"n","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"r"},{"role":"user","content":"weather"}],"tools":[{"type":"function","name":"get_weather","parameters":{{{{{{Schema}}}}}}}],"tool_choice":{"type":"function","name":"get_weather"},"max_output_tokens":500}""",
        ["/openai/v1/moderations"] = """{"model":"m","input":[{"type":"text","text":"violence"}]}""",
        ["/azure/openai/deployments/d/chat/completions"] = """{"stream":true,"messages":[{"role":"user","content":"hi"}]}""",
        ["/mistral/v1/chat/completions"] = $$$$"""{"model":"m","stream":true,"random_seed":1,"tool_choice":"any","reasoning_effort":"high","messages":[{"role":"assistant","content":[{"type":"thinking","thinking":[]},{"type":"text","text":"a"}]},{"role":"user","content":[{"type":"text","text":"hi"},{"type":"image_url","image_url":"https://example.com/a.png"}]}],"tools":[{"type":"function","function":{"name":"get_weather","parameters":{{{{Schema}}}}}}]}""",
        ["/anthropic/v1/messages"] = $$$$"""{"model":"m","max_tokens":3000,"stream":true,"thinking":{"type":"enabled","budget_tokens":1024},"system":[{"type":"text","text":"s"}],"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"tool_use","id":"i","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"i","content":[{"type":"text","text":"r"}]},{"type":"text","text":"and the weather?"}]}],"tools":[{"name":"get_weather","description":"d","input_schema":{{{{Schema}}}}}],"tool_choice":{"type":"tool","name":"get_weather"},"stop_sequences":["x"]}""",
        ["/anthropic/v1/messages/count_tokens"] = """{"model":"m","messages":[{"role":"user","content":"12345678"}]}""",
        ["/gemini/v1beta/models/gemini-3-x:generateContent"] = $$$$$$"""{"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"q"}]},{"role":"model","parts":[{"functionCall":{"name":"n","args":{}},"thoughtSignature":"skip_thought_signature_validator"}]},{"role":"user","parts":[{"functionResponse":{"name":"n","response":{"output":"r"}}}]}],"tools":[{"functionDeclarations":[{"name":"n","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}}}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["n"]}},"generationConfig":{"candidateCount":2,"maxOutputTokens":50,"thinkingConfig":{"includeThoughts":true},"responseSchema":{{{{{{Schema}}}}}}}}""",
        ["/gemini/v1beta/models/x:streamGenerateContent"] = """{"contents":[{"parts":[{"text":"q"}]}]}""",
        ["/gemini/v1beta/models/x:embedContent"] = """{"content":{"parts":[{"text":"a"}]},"outputDimensionality":4}""",
        ["/gemini/v1beta/models/x:batchEmbedContents"] = """{"requests":[{"content":{"parts":[{"text":"a"}]}}]}""",
        ["/vertex/v1/projects/p/locations/l/publishers/google/models/x:predict"] = """{"instances":[{"content":"a"}],"parameters":{"outputDimensionality":4}}""",
        ["/cohere/v2/chat"] = $$$$"""{"model":"m","stream":true,"thinking":{"type":"enabled"},"messages":[{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","tool_plan":"p","tool_calls":[{"id":"i","type":"function","function":{"name":"n","arguments":"{}"}}]},{"role":"tool","tool_call_id":"i","content":[{"type":"document","document":{"data":"r"}}]}],"tools":[{"type":"function","function":{"name":"n","parameters":{{{{Schema}}}}}}],"response_format":{"type":"json_object","json_schema":{{{{Schema}}}}}}""",
        ["/cohere/v2/embed"] = """{"model":"m","input_type":"search_document","embedding_types":["float"],"texts":["a"],"output_dimension":4}""",
        ["/cohere/v2/rerank"] = """{"model":"m","query":"a cat","documents":["a dog","the cat"],"top_n":2}""",
        ["/ollama/api/chat"] = $$$$"""{"model":"m","think":true,"format":{{{{Schema}}}},"options":{"num_predict":50,"stop":["x"],"seed":1},"messages":[{"role":"user","content":"q","images":["AA=="]},{"role":"assistant","content":"","tool_calls":[{"function":{"name":"n","arguments":{}}}]},{"role":"tool","tool_name":"n","content":"r"}],"tools":[{"type":"function","function":{"name":"n","parameters":{{{{Schema}}}}}}]}""",
        ["/bedrock/model/anthropic.claude-x/converse"] = $$$$$$"""{"system":[{"text":"s"}],"messages":[{"role":"user","content":[{"text":"q"},{"image":{}}]},{"role":"assistant","content":[{"text":"a"},{"toolUse":{"toolUseId":"i","name":"n","input":{}}}]},{"role":"user","content":[{"toolResult":{"toolUseId":"i","content":[{"json":{"a":1}},{"text":"r"}]}},{"text":"weather"}]}],"inferenceConfig":{"maxTokens":500,"stopSequences":["x"],"temperature":0.5},"toolConfig":{"tools":[{"toolSpec":{"name":"n","inputSchema":{"json":{{{{{{Schema}}}}}}}}}],"toolChoice":{"any":{}}},"additionalModelRequestFields":{"reasoning_effort":"low"}}""",
        ["/bedrock/model/anthropic.claude-x/converse-stream"] = """{"messages":[{"role":"user","content":[{"text":"q"}]}],"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}"}}}}}""",
        ["/bedrock/model/anthropic.claude-x/invoke-with-response-stream"] = """{"anthropic_version":"bedrock-2023-05-31","max_tokens":99,"messages":[{"role":"user","content":"hi"}]}""",
        ["/vertex/v1/projects/p/locations/l/publishers/anthropic/models/claude-x:streamRawPredict"] = """{"anthropic_version":"vertex-2023-10-16","stream":true,"max_tokens":99,"messages":[{"role":"user","content":"hi"}]}""",
        ["/ollama/api/embed"] = """{"model":"m","input":["a"],"dimensions":4}""",
    };

    private static readonly Dictionary<string, string> Keys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["authorization"] = "Bearer key",
        ["x-api-key"] = "key",
        ["x-goog-api-key"] = "key",
        ["api-key"] = "key",
        ["anthropic-version"] = "2023-06-01",
    };

    /// <param name="fault">The header's words; null: none.</param>
    /// <param name="key">Null: a good one.</param>
    /// <param name="query">One parameter, as <c>alt=sse</c>.</param>
    public static NativeAnswer Send(string path, string body, string? fault = null, string? key = null, string query = "")
    {
        string? Header(string name) => name == "x-demo-fault" ? fault : key is null ? Keys.GetValueOrDefault(name) : name == "anthropic-version" ? "v" : name == "authorization" ? $"Bearer {key}" : null;
        var asked = query.Split('=');
        var reply = DemoUpstreams.Answer(new DemoHttpRequest(
            "POST", path, name => name == asked[0] ? asked[1] : null, Header, Encoding.UTF8.GetBytes(body), DateTimeOffset.FromUnixTimeSeconds(1_790_000_000)));
        return new NativeAnswer(reply, [.. reply.Parts.Select(static p => Encoding.UTF8.GetString(p.Span))]);
    }
}

internal sealed record NativeAnswer(DemoHttpReply Reply, IReadOnlyList<string> Parts)
{
    public string Text => string.Concat(Parts);
}
