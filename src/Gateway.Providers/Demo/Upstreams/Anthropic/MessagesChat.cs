using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.Anthropic;

/// <summary>Messages: an answer is a list of blocks, and a stream opens and closes each of them.</summary>
/// <param name="home">Null: Anthropic itself.</param>
internal class MessagesChat(MessagesHome? home = null) : DemoChatEndpoint
{
    protected override DemoChatAsk? Read(DemoExchange exchange) => MessagesRequest.Read(exchange, home);

    protected override NativeObject Whole(DemoSaid said) =>
        Shell(said, Blocks(said.First), StopReason(said.First), said.First.StoppedBy, Usage(said, said.Usage.Out));

    protected override IEnumerable<ReadOnlyMemory<byte>> Stream(DemoSaid said)
    {
        yield return Event("message_start", new() { ["message"] = Shell(said, new NativeArray(), null, null, Usage(said, 1)) });
        var (open, index) = ("", -1);
        foreach (var piece in said.Pieces)
        {
            var block = piece.Kind switch { DemoKind.Thought => "thinking", DemoKind.Text or DemoKind.Refusal => "text", DemoKind.Tool => "tool_use" + piece.Call, DemoKind.Arguments => open, _ => "" };
            if (block != open && open.Length > 0)
            {
                if (open == "thinking") yield return Delta(index, "signature_delta", "signature", DemoSeal.Of(MessagesTurns.Seal, said.First.Thoughts!));
                yield return Event("content_block_stop", new() { ["index"] = index });
            }

            if (block != open && block.Length > 0)
            {
                yield return Event("content_block_start", new() { ["index"] = ++index, ["content_block"] = Opening(piece) });
                if (index == 0) yield return NativeJson.Event(new NativeObject { ["type"] = "ping" }, "ping");
            }

            open = block;
            if (piece.Kind == DemoKind.Thought) yield return Delta(index, "thinking_delta", "thinking", piece.Text);
            else if (piece.Kind is DemoKind.Text or DemoKind.Refusal) yield return Delta(index, "text_delta", "text", piece.Text);
            else if (piece.Kind is DemoKind.Tool or DemoKind.Arguments) yield return Delta(index, "input_json_delta", "partial_json", piece.Text ?? "");
        }

        yield return Event("message_delta", new()
        {
            ["delta"] = new NativeObject { ["stop_reason"] = StopReason(said.First), ["stop_sequence"] = said.First.StoppedBy },
            ["usage"] = Usage(said, said.Usage.Out),
        });
        yield return Event("message_stop", new());
    }

    protected override DemoStage Stage(DemoSaid said) => new(
        Terminals: 1,
        NativeJson.Event(AnthropicUpstream.Body(new DemoProblem(529, DemoModel.Rehearsed(529)), said.Id), "error"),
        "event: content_block_delta\ndata: {\"type\":\"content_block\n\n"u8.ToArray());

    private static NativeObject Shell(DemoSaid said, NativeArray content, string? stopReason, string? stopSequence, NativeObject usage) => new()
    {
        ["model"] = said.Ask.Model,
        ["id"] = "msg_" + said.Id,
        ["type"] = "message",
        ["role"] = "assistant",
        ["content"] = content,
        ["stop_reason"] = stopReason,
        ["stop_sequence"] = stopSequence,
        ["usage"] = usage,
    };

    private static NativeArray Blocks(DemoAnswer answer)
    {
        var blocks = new List<NativeNode>();
        if (answer.Thoughts is { } thoughts)
            blocks.Add(new NativeObject { ["type"] = "thinking", ["thinking"] = thoughts, ["signature"] = DemoSeal.Of(MessagesTurns.Seal, thoughts) });
        if ((answer.Text ?? answer.Refusal) is { Length: > 0 } text) blocks.Add(new NativeObject { ["type"] = "text", ["text"] = text });
        foreach (var call in answer.Calls ?? [])
        {
            blocks.Add(new NativeObject
            {
                ["type"] = "tool_use",
                ["id"] = Id(call.Id),
                ["name"] = call.Name,
                ["input"] = NativeJson.Object(call.Arguments) ?? new NativeObject(),
            });
        }

        return new(blocks);
    }

    /// <summary>A block as it begins: empty.</summary>
    private static NativeObject Opening(DemoEvent piece) => piece.Kind switch
    {
        DemoKind.Thought => new() { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" },
        DemoKind.Tool => new() { ["type"] = "tool_use", ["id"] = Id(piece.Id!), ["name"] = piece.Name, ["input"] = new NativeObject() },
        _ => new() { ["type"] = "text", ["text"] = "" },
    };

    private static string Id(string id) => id.Replace("call_", "toolu_", StringComparison.Ordinal);

    private static ReadOnlyMemory<byte> Delta(int index, string type, string member, string? text) =>
        Event("content_block_delta", new() { ["index"] = index, ["delta"] = new NativeObject { ["type"] = type, [member] = text } });

    private static ReadOnlyMemory<byte> Event(string type, NativeObject members) => NativeJson.Event(members.Before("type", type), type);

    private static string StopReason(DemoAnswer answer) => answer switch
    {
        { Refusal: not null } => "refusal",
        { StoppedBy: not null } => "stop_sequence",
        { Reason: DemoReason.Limit } => "max_tokens",
        { Reason: DemoReason.Calls } => "tool_use",
        _ => "end_turn",
    };

    /// <summary>What was read from the cache is no part of the input here.</summary>
    private static NativeObject Usage(DemoSaid said, long output) => new()
    {
        ["input_tokens"] = said.Usage.In - said.Cached,
        ["cache_creation_input_tokens"] = 0,
        ["cache_read_input_tokens"] = said.Cached,
        ["cache_creation"] = new NativeObject { ["ephemeral_5m_input_tokens"] = 0, ["ephemeral_1h_input_tokens"] = 0 },
        ["output_tokens"] = output,
        ["output_tokens_details"] = new NativeObject { ["thinking_tokens"] = Math.Min(said.Thought, output) },
        ["service_tier"] = "standard",
    };
}
