using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Mistral;

/// <summary>Members that Mistral's specification does not have (<c>additionalProperties: false</c>), in the request and in its messages and tools.</summary>
internal static class MistralExtraInputs
{
    private static readonly HashSet<string> Request =
    [
        "model", "temperature", "top_p", "max_tokens", "stream", "stop", "random_seed", "metadata", "messages", "response_format", "tools", "tool_choice", "presence_penalty", "frequency_penalty",
        "n", "prediction", "parallel_tool_calls", "prompt_mode", "reasoning_effort", "guardrails", "prompt_cache_key", "safe_prompt",
    ];

    private static readonly HashSet<string> Spoken = ["role", "content"], Answered = ["role", "content", "tool_calls", "prefix"], Returned = ["role", "content", "tool_call_id", "name"];

    private static readonly HashSet<string> Text = ["type", "text"], Image = ["type", "image_url"], Call = ["id", "type", "function", "index"], Called = ["name", "arguments"];

    private static readonly HashSet<string> Tool = ["type", "function"], Function = ["name", "description", "strict", "parameters"];

    public static void Refuse(DemoExchange exchange)
    {
        Refuse(exchange, exchange.Body, Request, "");
        foreach (var (i, message) in NativeJson.Items(exchange.Body, "messages").Index()) OfMessage(exchange, message, $"messages[{i}].");
        foreach (var (i, tool) in NativeJson.Items(exchange.Body, "tools").Index())
        {
            Refuse(exchange, tool, Tool, $"tools[{i}].");
            Refuse(exchange, NativeJson.Member(tool, "function"), Function, $"tools[{i}].function.");
        }
    }

    private static void OfMessage(DemoExchange exchange, JsonElement message, string at)
    {
        Refuse(exchange, message, NativeJson.Text(message, "role") switch { "assistant" => Answered, "tool" => Returned, _ => Spoken }, at);
        foreach (var (i, part) in NativeJson.Items(message, "content").Index())
        {
            if (NativeJson.Text(part, "type") switch { "text" => Text, "image_url" => Image, _ => null } is { } known) Refuse(exchange, part, known, $"{at}content[{i}].");
        }

        foreach (var (i, call) in NativeJson.Items(message, "tool_calls").Index())
        {
            Refuse(exchange, call, Call, $"{at}tool_calls[{i}].");
            Refuse(exchange, NativeJson.Member(call, "function"), Called, $"{at}tool_calls[{i}].function.");
        }
    }

    public static void Refuse(DemoExchange exchange, JsonElement? of, HashSet<string> known, string at)
    {
        if (of is not { ValueKind: JsonValueKind.Object } value) return;
        foreach (var member in value.EnumerateObject().Where(m => !known.Contains(m.Name))) exchange.Fail("Extra inputs are not permitted", at + member.Name);
    }
}
