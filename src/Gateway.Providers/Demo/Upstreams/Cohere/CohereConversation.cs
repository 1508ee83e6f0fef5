using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.Cohere;

/// <summary>Chat: before its calls the model says what it is about to do.</summary>
internal sealed class CohereConversation : DemoChatEndpoint
{
    protected override string StreamType => "text/event-stream";

    protected override DemoChatAsk? Read(DemoExchange exchange) => CohereConversationRequest.Read(exchange);

    protected override NativeObject Whole(DemoSaid said)
    {
        var (answer, message, content) = (said.First, new NativeObject { ["role"] = "assistant" }, new List<NativeNode>());
        if (answer.Thoughts is { } thoughts) content.Add(new NativeObject { ["type"] = "thinking", ["thinking"] = thoughts });
        if ((answer.Text ?? answer.Refusal) is { } text) content.Add(new NativeObject { ["type"] = "text", ["text"] = text });
        if (content.Count > 0) message["content"] = new NativeArray(content);
        if (answer.Calls is { Count: > 0 } calls)
        {
            message["tool_plan"] = Plan(answer);
            message["tool_calls"] = new NativeArray(calls.Select(static c => Call(c.Id, c.Name, c.Arguments)));
        }

        return new() { ["id"] = said.Id, ["finish_reason"] = Reason(answer), ["message"] = message, ["usage"] = Usage(said) };
    }

    protected override IEnumerable<ReadOnlyMemory<byte>> Stream(DemoSaid said)
    {
        yield return Event("message-start", null, new()
        {
            ["role"] = "assistant",
            ["content"] = new NativeArray(),
            ["tool_plan"] = "",
            ["tool_calls"] = new NativeArray(),
            ["citations"] = new NativeArray(),
        }, said.Id);
        var (open, index, call) = ("", -1, -1);
        foreach (var piece in said.Pieces)
        {
            var block = piece.Kind switch { DemoKind.Thought => "thinking", DemoKind.Text or DemoKind.Refusal => "text", DemoKind.Tool => "call" + piece.Call, DemoKind.Arguments => open, _ => "" };
            if (block != open && open.Length > 0) yield return open is "thinking" or "text" ? Plain("content-end", index) : Plain("tool-call-end", call);
            if (block is "thinking" or "text")
            {
                if (block != open) yield return Event("content-start", ++index, new() { ["content"] = new NativeObject { ["type"] = block, [block] = "" } });
                yield return Event("content-delta", index, new() { ["content"] = new NativeObject { [block] = piece.Text } });
            }
            else if (piece.Kind == DemoKind.Tool)
            {
                if (piece.Call == 0) foreach (var word in DemoTokens.Pieces(Plan(said.First))) yield return Event("tool-plan-delta", null, new() { ["tool_plan"] = word });
                call = piece.Call;
                yield return Event("tool-call-start", call, new() { ["tool_calls"] = Call(piece.Id!, piece.Name!, "") });
            }
            else if (piece.Kind == DemoKind.Arguments)
            {
                yield return Event("tool-call-delta", call, new() { ["tool_calls"] = new NativeObject { ["function"] = new NativeObject { ["arguments"] = piece.Text } } });
            }

            open = block;
        }

        var end = new NativeObject { ["finish_reason"] = Reason(said.First), ["usage"] = Usage(said) };
        yield return NativeJson.Event(new NativeObject { ["type"] = "message-end", ["delta"] = end }, "message-end");
        yield return "data: [DONE]\n\n"u8.ToArray();
    }

    /// <summary>Cohere has no event for failures: the last one has a reason that is none of a whole answer.</summary>
    protected override DemoStage Stage(DemoSaid said) => new(
        Terminals: 2,
        NativeJson.Event(new NativeObject { ["type"] = "message-end", ["delta"] = new NativeObject { ["error"] = DemoModel.Rehearsed(500), ["finish_reason"] = "ERROR" } }, "message-end"),
        "event: content-delta\ndata: {\"type\":\"content\n\n"u8.ToArray());

    private static ReadOnlyMemory<byte> Event(string type, int? index, NativeObject message, string? id = null)
    {
        var data = new NativeObject();
        if (id is not null) data["id"] = id;
        data["type"] = type;
        if (index is { } at) data["index"] = at;
        data["delta"] = new NativeObject { ["message"] = message };
        return NativeJson.Event(data, type);
    }

    private static ReadOnlyMemory<byte> Plain(string type, int index) => NativeJson.Event(new NativeObject { ["type"] = type, ["index"] = index }, type);

    private static NativeObject Call(string id, string name, string arguments) => new()
    {
        ["id"] = id.Replace("call", name, StringComparison.Ordinal),
        ["type"] = "function",
        ["function"] = new NativeObject { ["name"] = name, ["arguments"] = arguments },
    };

    private static string Plan(DemoAnswer answer) => $"I will call {string.Join(" and ", answer.Calls!.Select(static c => c.Name))}.";

    private static string Reason(DemoAnswer answer) => answer switch
    {
        { StoppedBy: not null } => "STOP_SEQUENCE",
        { Reason: DemoReason.Limit } => "MAX_TOKENS",
        { Reason: DemoReason.Calls } => "TOOL_CALL",
        _ => "COMPLETE",
    };

    /// <summary>Billed is what was said; read and written is more, with Cohere. Here it is the same. The plan costs nothing.</summary>
    private static NativeObject Usage(DemoSaid said)
    {
        var tokens = new NativeObject { ["input_tokens"] = said.Usage.In, ["output_tokens"] = said.Usage.Out };
        if (said.Thought > 0) tokens["reasoning_tokens"] = said.Thought;
        return new()
        {
            ["billed_units"] = new NativeObject { ["input_tokens"] = said.Usage.In, ["output_tokens"] = said.Usage.Out },
            ["tokens"] = tokens,
            ["cached_tokens"] = said.Cached,
        };
    }
}
