using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Responses;

/// <summary>The items of an answer, as they are when they are done.</summary>
internal sealed class ResponsesItems(DemoSaid said)
{
    private readonly bool _withSummary = NativeJson.Text(NativeJson.Member(said.Exchange.Body, "reasoning") ?? default, "summary", "generate_summary") is not null;

    private readonly bool _encrypted = NativeJson.Texts(said.Exchange.Body, "include")?.Contains("reasoning.encrypted_content") == true || NativeJson.Flag(said.Exchange.Body, "store") == false;

    public bool HasSummary => _withSummary && said.First.Thoughts is not null;

    public string ReasoningId => "rs_" + said.Id;

    public string MessageId => "msg_" + said.Id;

    public string CallId(int call) => $"{(said.First.Thoughts is null ? "fc_" : ResponsesTurns.ThoughtOf)}{said.Id}{call}";

    public NativeObject Reasoning(bool isDone)
    {
        var item = new NativeObject { ["id"] = ReasoningId, ["type"] = "reasoning" };
        item["summary"] = isDone && _withSummary ? new NativeArray(Summary(said.First.Thoughts!)) : new NativeArray();
        if (_encrypted) item["encrypted_content"] = ResponsesTurns.Encrypt(said.First.Thoughts!);
        return item;
    }

    public static NativeObject Summary(string text) => new() { ["type"] = "summary_text", ["text"] = text };

    public NativeObject Message(bool isDone) => new()
    {
        ["id"] = MessageId,
        ["type"] = "message",
        ["status"] = isDone ? Status : "in_progress",
        ["content"] = isDone ? new NativeArray(Part(said.First.Refusal ?? said.First.Text ?? "")) : new NativeArray(),
        ["role"] = "assistant",
    };

    public NativeObject Part(string text) => said.First.Refusal is null
        ? new() { ["type"] = "output_text", ["annotations"] = new NativeArray(), ["logprobs"] = new NativeArray(), ["text"] = text }
        : new() { ["type"] = "refusal", ["refusal"] = text };

    public NativeObject Call(int index, bool isDone)
    {
        var call = said.First.Calls![index];
        return new()
        {
            ["id"] = CallId(index),
            ["type"] = "function_call",
            ["status"] = isDone ? "completed" : "in_progress",
            ["arguments"] = isDone ? call.Arguments : "",
            ["call_id"] = call.Id,
            ["name"] = call.Name,
        };
    }

    /// <summary>Everything that was said.</summary>
    public NativeArray All()
    {
        var items = new List<NativeNode>();
        if (said.First.Thoughts is not null) items.Add(Reasoning(isDone: true));
        if ((said.First.Text ?? said.First.Refusal) is { Length: > 0 }) items.Add(Message(isDone: true));
        for (var i = 0; i < (said.First.Calls?.Count ?? 0); i++) items.Add(Call(i, isDone: true));
        return new(items);
    }

    /// <summary>The response itself, which repeats what was asked.</summary>
    public NativeObject Response(bool isDone)
    {
        var body = said.Exchange.Body;
        return new()
        {
            ["id"] = "resp_" + said.Id,
            ["object"] = "response",
            ["created_at"] = said.Exchange.Created,
            ["status"] = isDone ? Status : "in_progress",
            ["error"] = null,
            ["incomplete_details"] = isDone && IsCut ? new NativeObject { ["reason"] = "max_output_tokens" } : null,
            ["instructions"] = NativeJson.Text(body, "instructions"),
            ["max_output_tokens"] = said.Ask.MaxTokens is { } limit ? (NativeNode)limit : null,
            ["model"] = said.Ask.Model,
            ["output"] = isDone ? All() : new NativeArray(),
            ["parallel_tool_calls"] = !said.Ask.OneCall,
            ["previous_response_id"] = null,
            ["reasoning"] = Echo(body, "reasoning") ?? new NativeObject { ["effort"] = null, ["summary"] = null },
            ["service_tier"] = "default",
            ["store"] = NativeJson.Flag(body, "store") ?? true,
            ["temperature"] = Echo(body, "temperature") ?? (NativeNode)1.0,
            ["text"] = Echo(body, "text") ?? new NativeObject { ["format"] = new NativeObject { ["type"] = "text" } },
            ["tool_choice"] = Echo(body, "tool_choice") ?? "auto",
            ["tools"] = Echo(body, "tools") ?? new NativeArray(),
            ["top_p"] = Echo(body, "top_p") ?? (NativeNode)1.0,
            ["truncation"] = "disabled",
            ["usage"] = isDone ? Usage() : null,
            ["user"] = null,
            ["metadata"] = Echo(body, "metadata") ?? new NativeObject(),
        };
    }

    public bool IsCut => said.First.Reason == DemoReason.Limit;

    private string Status => IsCut ? "incomplete" : "completed";

    private static NativeNode? Echo(JsonElement body, string name) => NativeJson.Member(body, name) is { } value ? NativeNode.Raw(value.GetRawText()) : null;

    private NativeObject Usage() => new()
    {
        ["input_tokens"] = said.Usage.In,
        ["input_tokens_details"] = new NativeObject { ["cached_tokens"] = said.Cached },
        ["output_tokens"] = said.Usage.Out,
        ["output_tokens_details"] = new NativeObject { ["reasoning_tokens"] = said.Thought },
        ["total_tokens"] = said.Usage.In + said.Usage.Out,
    };
}
