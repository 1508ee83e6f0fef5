using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.Ollama;

/// <summary>Chat: lines of JSON, the last of which is done and has the counts. A call comes whole, without an id.</summary>
internal sealed class OllamaConversation : DemoChatEndpoint
{
    /// <summary>What anything takes here, nanoseconds; only their being there matters to clients.</summary>
    private const long Duration = 1_000_000;

    protected override string WholeType => "application/json; charset=utf-8";

    protected override string StreamType => "application/x-ndjson";

    protected override DemoChatAsk? Read(DemoExchange exchange) => OllamaConversationRequest.Read(exchange);

    protected override NativeObject Whole(DemoSaid said)
    {
        var message = Message(said.First.Text ?? said.First.Refusal ?? "");
        if (said.First.Thoughts is { } thoughts) message["thinking"] = thoughts;
        if (Calls(said.First) is { Count: > 0 } calls) message["tool_calls"] = new NativeArray(calls);
        return Done(Shell(said, message), said);
    }

    protected override IEnumerable<ReadOnlyMemory<byte>> Stream(DemoSaid said)
    {
        foreach (var piece in said.Pieces)
        {
            var message = Message(piece.Kind is DemoKind.Text or DemoKind.Refusal ? piece.Text! : "");
            if (piece.Kind == DemoKind.Thought) message["thinking"] = piece.Text;
            else if (piece.Kind == DemoKind.Tool && Call(said.First.Calls![piece.Call]) is { } call) message["tool_calls"] = new NativeArray(call);
            else if (piece.Kind is not (DemoKind.Text or DemoKind.Refusal)) continue;
            var line = Shell(said, message);
            line["done"] = false;
            yield return Line(line);
        }

        yield return Line(Done(Shell(said, Message("")), said));
    }

    protected override DemoStage Stage(DemoSaid said) =>
        new(Terminals: 1, Line(OllamaUpstream.Body(new DemoProblem(500, DemoModel.Rehearsed(500)))), "{\"model\":\"llama\n"u8.ToArray());

    private static ReadOnlyMemory<byte> Line(NativeObject json) => (byte[])[.. NativeJson.Bytes(json), (byte)'\n'];

    private static NativeObject Message(string content) => new() { ["role"] = "assistant", ["content"] = content };

    private static NativeObject Shell(DemoSaid said, NativeObject message) =>
        new() { ["model"] = said.Ask.Model, ["created_at"] = NativeJson.Time(said.Exchange.Http.Now), ["message"] = message };

    private static NativeObject Done(NativeObject line, DemoSaid said)
    {
        line["done"] = true;
        line["done_reason"] = said.First.Reason == DemoReason.Limit ? "length" : "stop";
        line["total_duration"] = 4 * Duration;
        line["load_duration"] = Duration;
        line["prompt_eval_count"] = said.Usage.In;
        line["prompt_eval_duration"] = Duration;
        line["eval_count"] = said.Usage.Out;
        line["eval_duration"] = Duration;
        return line;
    }

    private static List<NativeNode> Calls(DemoAnswer answer) => [.. (answer.Calls ?? []).Select(Call).OfType<NativeNode>()];

    /// <summary>Null where the limit cut it.</summary>
    private static NativeObject? Call(DemoCall call) =>
        NativeJson.Object(call.Arguments) is { } arguments ? new() { ["function"] = new NativeObject { ["name"] = call.Name, ["arguments"] = arguments } } : null;
}
