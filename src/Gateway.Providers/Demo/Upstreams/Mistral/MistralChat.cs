using Gateway.Providers.Demo.Model;
using Gateway.Providers.Demo.Upstreams.OpenAI;

namespace Gateway.Providers.Demo.Upstreams.Mistral;

/// <summary>
/// Chat completions, with what is Mistral's own: thoughts are parts of the content, calls come whole in the stream and with ids of nine characters, the last chunk has the reason and the usage.
/// </summary>
internal sealed class MistralChat : DemoChatEndpoint
{
    private const int IdLength = 9;

    protected override DemoChatAsk? Read(DemoExchange exchange) => MistralRequest.Read(exchange);

    protected override NativeObject Whole(DemoSaid said)
    {
        var reply = Shell(said, "chat.completion");
        reply["choices"] = new NativeArray(said.Answers.Select(Choice));
        reply["usage"] = Usage(said);
        return reply;
    }

    protected override IEnumerable<ReadOnlyMemory<byte>> Stream(DemoSaid said)
    {
        var (opened, left) = (new HashSet<int>(), said.Answers.Count);
        foreach (var piece in said.Pieces.Where(static p => p.Kind is not (DemoKind.Arguments or DemoKind.Tool)))
        {
            if (opened.Add(piece.Answer)) yield return Chunk(said, piece.Answer, new() { ["role"] = "assistant", ["content"] = "" }, null, isLast: false);
            if (piece.Kind != DemoKind.Stop)
            {
                yield return Chunk(said, piece.Answer, new() { ["content"] = piece.Kind == DemoKind.Thought ? new NativeArray(Thought(piece.Text!)) : piece.Text }, null, isLast: false);
                continue;
            }

            var answer = said.Answers[piece.Answer];
            var delta = answer.Calls is { Count: > 0 } calls ? new NativeObject { ["tool_calls"] = new NativeArray(calls.Select(static (c, i) => Call(c, i))) } : new NativeObject { ["content"] = "" };
            yield return Chunk(said, piece.Answer, delta, DemoReply.FinishReason(answer.Reason), isLast: --left == 0);
        }

        yield return OpenAIStream.Done;
    }

    protected override DemoStage Stage(DemoSaid said) => OpenAIStream.Stage with { Fault = NativeJson.Event(MistralUpstream.Body(DemoModel.Rehearsed(500), "internal_server_error")) };

    private static NativeObject Shell(DemoSaid said, string kind) =>
        new() { ["id"] = said.Id, ["object"] = kind, ["created"] = said.Exchange.Created, ["model"] = said.Ask.Model };

    private static ReadOnlyMemory<byte> Chunk(DemoSaid said, int choice, NativeObject delta, string? finish, bool isLast)
    {
        var chunk = Shell(said, "chat.completion.chunk");
        chunk["choices"] = new NativeArray(new NativeObject { ["index"] = choice, ["delta"] = delta, ["finish_reason"] = finish });
        if (isLast) chunk["usage"] = Usage(said);
        return NativeJson.Event(chunk);
    }

    private static NativeNode Choice(DemoAnswer answer, int index)
    {
        var text = answer.Text ?? answer.Refusal ?? "";
        var message = new NativeObject
        {
            ["role"] = "assistant",
            ["tool_calls"] = answer.Calls is { Count: > 0 } calls ? new NativeArray(calls.Select(static (c, i) => Call(c, i))) : null,
            ["content"] = answer.Thoughts is { } thoughts ? new NativeArray(Thought(thoughts), new NativeObject { ["type"] = "text", ["text"] = text }) : text,
        };
        return new NativeObject { ["index"] = index, ["message"] = message, ["finish_reason"] = DemoReply.FinishReason(answer.Reason) };
    }

    private static NativeObject Thought(string text) => new()
    {
        ["type"] = "thinking",
        ["thinking"] = new NativeArray(new NativeObject { ["type"] = "text", ["text"] = text }),
    };

    private static NativeObject Call(DemoCall call, int index) => new()
    {
        ["id"] = call.Id[^IdLength..],
        ["type"] = "function",
        ["function"] = new NativeObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
        ["index"] = index,
    };

    private static NativeObject Usage(DemoSaid said) => new()
    {
        ["prompt_tokens"] = said.Usage.In,
        ["total_tokens"] = said.Usage.In + said.Usage.Out,
        ["completion_tokens"] = said.Usage.Out,
        ["prompt_tokens_details"] = new NativeObject { ["cached_tokens"] = said.Cached },
    };
}
