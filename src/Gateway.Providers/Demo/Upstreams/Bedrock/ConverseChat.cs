using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.Bedrock;

/// <summary>Converse: blocks as unions of one member, a stream of binary messages, the usage in the last of them.</summary>
internal sealed class ConverseChat(bool isStream) : DemoChatEndpoint
{
    /// <summary>Bedrock fills its events up, so that their length does not tell what is in them.</summary>
    private const string Padding = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    protected override string StreamType => "application/vnd.amazon.eventstream";

    protected override DemoChatAsk? Read(DemoExchange exchange) => ConverseRequest.Read(exchange, isStream);

    protected override NativeObject Whole(DemoSaid said) => new()
    {
        ["metrics"] = new NativeObject { ["latencyMs"] = 1 },
        ["output"] = new NativeObject { ["message"] = new NativeObject { ["content"] = new NativeArray(Blocks(said.First)), ["role"] = "assistant" } },
        ["stopReason"] = StopReason(said.First),
        ["usage"] = Usage(said),
    };

    protected override IEnumerable<ReadOnlyMemory<byte>> Stream(DemoSaid said)
    {
        yield return Event("messageStart", new() { ["role"] = "assistant" });
        var (open, index) = ("", -1);
        foreach (var piece in said.Pieces)
        {
            var block = piece.Kind switch { DemoKind.Thought => "thought", DemoKind.Text or DemoKind.Refusal => "text", DemoKind.Tool => "call" + piece.Call, DemoKind.Arguments => open, _ => "" };
            if (block != open && open.Length > 0)
            {
                if (open == "thought") yield return Delta(index, new() { ["reasoningContent"] = new NativeObject { ["signature"] = DemoSeal.Of(ConverseTurns.Seal, said.First.Thoughts!) } });
                yield return Event("contentBlockStop", new() { ["contentBlockIndex"] = index });
            }

            if (block != open && block.Length > 0) index++;
            open = block;
            switch (piece.Kind)
            {
                case DemoKind.Thought:
                    yield return Delta(index, new() { ["reasoningContent"] = new NativeObject { ["text"] = piece.Text } });
                    break;
                case DemoKind.Text or DemoKind.Refusal:
                    yield return Delta(index, new() { ["text"] = piece.Text });
                    break;
                case DemoKind.Tool:
                    var start = new NativeObject { ["toolUse"] = new NativeObject { ["toolUseId"] = Id(piece.Id!), ["name"] = piece.Name } };
                    yield return Event("contentBlockStart", new() { ["start"] = start, ["contentBlockIndex"] = index });
                    break;
                case DemoKind.Arguments:
                    yield return Delta(index, new() { ["toolUse"] = new NativeObject { ["input"] = piece.Text } });
                    break;
            }
        }

        yield return Event("messageStop", new() { ["stopReason"] = StopReason(said.First) });
        yield return Event("metadata", new() { ["metrics"] = new NativeObject { ["latencyMs"] = 1 }, ["usage"] = Usage(said) });
    }

    protected override DemoStage Stage(DemoSaid said) => new(
        Terminals: 2,
        EventFrame.Exception("internalServerException", NativeJson.Bytes(BedrockUpstream.Body(new DemoProblem(500, DemoModel.Rehearsed(500))))),
        EventFrame.Event("contentBlockDelta", "{\"contentBlockIndex\":"u8));

    private static ReadOnlyMemory<byte> Event(string type, NativeObject payload)
    {
        payload["p"] = Padding[..(type.Length * 7 % Padding.Length)];
        return EventFrame.Event(type, NativeJson.Bytes(payload));
    }

    private static ReadOnlyMemory<byte> Delta(int index, NativeObject delta) => Event("contentBlockDelta", new() { ["contentBlockIndex"] = index, ["delta"] = delta });

    private static List<NativeNode> Blocks(DemoAnswer answer)
    {
        var blocks = new List<NativeNode>();
        if (answer.Thoughts is { } thoughts)
        {
            var text = new NativeObject { ["text"] = thoughts, ["signature"] = DemoSeal.Of(ConverseTurns.Seal, thoughts) };
            blocks.Add(new NativeObject { ["reasoningContent"] = new NativeObject { ["reasoningText"] = text } });
        }

        if ((answer.Text ?? answer.Refusal) is { Length: > 0 } said) blocks.Add(new NativeObject { ["text"] = said });
        foreach (var call in answer.Calls ?? [])
        {
            var use = new NativeObject { ["toolUseId"] = Id(call.Id), ["name"] = call.Name, ["input"] = NativeJson.Object(call.Arguments) ?? new NativeObject() };
            blocks.Add(new NativeObject { ["toolUse"] = use });
        }

        return blocks;
    }

    private static string Id(string id) => id.Replace("call_", "tooluse_", StringComparison.Ordinal);

    private static string StopReason(DemoAnswer answer) => answer switch
    {
        { Refusal: not null } => "content_filtered",
        { StoppedBy: not null } => "stop_sequence",
        { Reason: DemoReason.Limit } => "max_tokens",
        { Reason: DemoReason.Calls } => "tool_use",
        _ => "end_turn",
    };

    /// <summary>What was read from the cache is no part of the input here.</summary>
    private static NativeObject Usage(DemoSaid said) => new()
    {
        ["inputTokens"] = said.Usage.In - said.Cached,
        ["outputTokens"] = said.Usage.Out,
        ["totalTokens"] = said.Usage.In + said.Usage.Out,
        ["cacheReadInputTokens"] = said.Cached,
        ["cacheWriteInputTokens"] = 0,
    };
}
