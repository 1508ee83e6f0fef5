using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.OpenAI;

/// <summary>Chat completions. OpenAI does not show what its models think: it only counts it.</summary>
/// <param name="filters">Azure's: content filters report on everything.</param>
internal sealed class OpenAIChat(bool filters = false) : DemoChatEndpoint
{
    /// <summary>Changed when OpenAI changes what its models run on. The demo never does.</summary>
    public const string Fingerprint = "fp_demo";

    protected override DemoChatAsk? Read(DemoExchange exchange)
    {
        var read = DemoRequest.Read(exchange.Http.Body.Span, NativeJson.Text(exchange.Body, "model") ?? "demo");
        if (read.IsOk) return read.Value;
        exchange.Fail(read.Error.Message, read.Error.Param);
        return null;
    }

    protected override NativeObject Whole(DemoSaid said)
    {
        var reply = Shell(said, "chat.completion");
        reply["choices"] = new NativeArray(said.Answers.Select(Choice));
        reply["usage"] = OpenAIUsage.Of(said.Usage);
        reply["service_tier"] = "default";
        if (filters) reply["prompt_filter_results"] = ContentFilters.OfPrompt();
        return reply;
    }

    protected override IEnumerable<ReadOnlyMemory<byte>> Stream(DemoSaid said)
    {
        var withUsage = NativeJson.Member(said.Exchange.Body, "stream_options") is { } options && NativeJson.Flag(options, "include_usage") == true;
        if (filters) yield return NativeJson.Event(ContentFilters.Chunk());
        var opened = new HashSet<int>();
        foreach (var piece in said.Pieces.Where(static p => p.Kind != DemoKind.Thought))
        {
            if (opened.Add(piece.Answer)) yield return Chunk(said, piece.Answer, Opening(piece), null, withUsage);
            yield return Chunk(said, piece.Answer, Delta(piece), piece.Kind == DemoKind.Stop ? DemoReply.FinishReason(piece.Reason) : null, withUsage);
        }

        if (withUsage)
        {
            var last = Shell(said, "chat.completion.chunk");
            last["choices"] = new NativeArray();
            last["usage"] = OpenAIUsage.Of(said.Usage);
            yield return NativeJson.Event(last);
        }

        yield return OpenAIStream.Done;
    }

    protected override DemoStage Stage(DemoSaid said) => OpenAIStream.Stage;

    private static NativeObject Shell(DemoSaid said, string kind) => new()
    {
        ["id"] = "chatcmpl-" + said.Id,
        ["object"] = kind,
        ["created"] = said.Exchange.Created,
        ["model"] = said.Ask.Model,
        ["system_fingerprint"] = Fingerprint,
    };

    private ReadOnlyMemory<byte> Chunk(DemoSaid said, int choice, NativeObject delta, string? finish, bool withUsage)
    {
        var chunk = Shell(said, "chat.completion.chunk");
        var only = new NativeObject { ["index"] = choice, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finish };
        if (filters) only["content_filter_results"] = delta.Has("content") ? ContentFilters.Safe() : new NativeObject();
        chunk["choices"] = new NativeArray(only);
        if (withUsage) chunk["usage"] = null;
        return NativeJson.Event(chunk);
    }

    private static NativeObject Opening(DemoEvent first) => new()
    {
        ["role"] = "assistant",
        ["content"] = first.Kind is DemoKind.Text or DemoKind.Stop ? "" : null,
        ["refusal"] = null,
    };

    private static NativeObject Delta(DemoEvent piece) => piece.Kind switch
    {
        DemoKind.Text => new() { ["content"] = piece.Text },
        DemoKind.Refusal => new() { ["refusal"] = piece.Text },
        DemoKind.Tool => Calls(new()
        {
            ["index"] = piece.Call,
            ["id"] = piece.Id,
            ["type"] = "function",
            ["function"] = new NativeObject { ["name"] = piece.Name, ["arguments"] = "" },
        }),
        DemoKind.Arguments => Calls(new() { ["index"] = piece.Call, ["function"] = new NativeObject { ["arguments"] = piece.Text } }),
        _ => new(),
    };

    private static NativeObject Calls(NativeObject call) => new() { ["tool_calls"] = new NativeArray(call) };

    private NativeNode Choice(DemoAnswer answer, int index)
    {
        var message = new NativeObject { ["role"] = "assistant", ["content"] = answer.Text, ["refusal"] = answer.Refusal, ["annotations"] = new NativeArray() };
        if (answer.Calls is { Count: > 0 } calls) message["tool_calls"] = new NativeArray(calls.Select(Call));
        var choice = new NativeObject { ["index"] = index, ["message"] = message, ["logprobs"] = null, ["finish_reason"] = DemoReply.FinishReason(answer.Reason) };
        if (filters) choice["content_filter_results"] = ContentFilters.Safe();
        return choice;
    }

    private static NativeNode Call(DemoCall call) =>
        new NativeObject { ["id"] = call.Id, ["type"] = "function", ["function"] = new NativeObject { ["name"] = call.Name, ["arguments"] = call.Arguments } };
}
