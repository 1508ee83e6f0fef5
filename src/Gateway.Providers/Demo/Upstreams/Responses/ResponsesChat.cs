using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams.Responses;

/// <summary>Responses: an answer is a list of items, and a stream numbers every event that adds one, fills it and is done with it. It ends without a marker: its last event is the whole response.</summary>
internal sealed class ResponsesChat : DemoChatEndpoint
{
    protected override DemoChatAsk? Read(DemoExchange exchange) => ResponsesRequest.Read(exchange);

    protected override NativeObject Whole(DemoSaid said) => new ResponsesItems(said).Response(isDone: true);

    protected override IEnumerable<ReadOnlyMemory<byte>> Stream(DemoSaid said) => Events(said).Select(static (e, i) =>
    {
        e.Data["sequence_number"] = i;
        return NativeJson.Event(e.Data.Before("type", e.Type), e.Type);
    });

    protected override DemoStage Stage(DemoSaid said) => new(
        Terminals: 1,
        NativeJson.Event(new NativeObject { ["type"] = "error", ["code"] = "server_error", ["message"] = DemoModel.Rehearsed(500), ["param"] = null, ["sequence_number"] = 0 }, "error"),
        "event: response.output_text.delta\ndata: {\"type\":\"response\n\n"u8.ToArray());

    private static IEnumerable<(string Type, NativeObject Data)> Events(DemoSaid said)
    {
        var items = new ResponsesItems(said);
        yield return ("response.created", new() { ["response"] = items.Response(isDone: false) });
        yield return ("response.in_progress", new() { ["response"] = items.Response(isDone: false) });
        var index = 0;
        if (said.First.Thoughts is { } thoughts)
            foreach (var e in Thoughts(items, thoughts, index++)) yield return e;
        if ((said.First.Text ?? said.First.Refusal) is { Length: > 0 } text)
            foreach (var e in Message(items, text, said.First.Refusal is not null, index++)) yield return e;
        foreach (var (i, call) in (said.First.Calls ?? []).Index())
            foreach (var e in Call(items, i, call.Arguments, index++)) yield return e;
        yield return (items.IsCut ? "response.incomplete" : "response.completed", new() { ["response"] = items.Response(isDone: true) });
    }

    private static IEnumerable<(string Type, NativeObject Data)> Thoughts(ResponsesItems items, string thoughts, int index)
    {
        yield return ("response.output_item.added", new() { ["output_index"] = index, ["item"] = items.Reasoning(isDone: false) });
        if (items.HasSummary)
        {
            yield return ("response.reasoning_summary_part.added", At(items.ReasoningId, index, "summary_index", "part", ResponsesItems.Summary("")));
            foreach (var piece in DemoTokens.Pieces(thoughts)) yield return ("response.reasoning_summary_text.delta", At(items.ReasoningId, index, "summary_index", "delta", piece));
            yield return ("response.reasoning_summary_text.done", At(items.ReasoningId, index, "summary_index", "text", thoughts));
            yield return ("response.reasoning_summary_part.done", At(items.ReasoningId, index, "summary_index", "part", ResponsesItems.Summary(thoughts)));
        }

        yield return ("response.output_item.done", new() { ["output_index"] = index, ["item"] = items.Reasoning(isDone: true) });
    }

    private static IEnumerable<(string Type, NativeObject Data)> Message(ResponsesItems items, string text, bool isRefusal, int index)
    {
        var kind = isRefusal ? "response.refusal" : "response.output_text";
        yield return ("response.output_item.added", new() { ["output_index"] = index, ["item"] = items.Message(isDone: false) });
        yield return ("response.content_part.added", At(items.MessageId, index, "content_index", "part", items.Part("")));
        foreach (var piece in DemoTokens.Pieces(text))
        {
            var delta = At(items.MessageId, index, "content_index", "delta", piece);
            if (!isRefusal) delta["logprobs"] = new NativeArray();
            yield return (kind + ".delta", delta);
        }

        yield return (kind + ".done", At(items.MessageId, index, "content_index", isRefusal ? "refusal" : "text", text));
        yield return ("response.content_part.done", At(items.MessageId, index, "content_index", "part", items.Part(text)));
        yield return ("response.output_item.done", new() { ["output_index"] = index, ["item"] = items.Message(isDone: true) });
    }

    private static IEnumerable<(string Type, NativeObject Data)> Call(ResponsesItems items, int call, string arguments, int index)
    {
        yield return ("response.output_item.added", new() { ["output_index"] = index, ["item"] = items.Call(call, isDone: false) });
        foreach (var piece in DemoTokens.Pieces(arguments))
            yield return ("response.function_call_arguments.delta", new() { ["item_id"] = items.CallId(call), ["output_index"] = index, ["delta"] = piece });
        yield return ("response.function_call_arguments.done", new() { ["item_id"] = items.CallId(call), ["output_index"] = index, ["arguments"] = arguments });
        yield return ("response.output_item.done", new() { ["output_index"] = index, ["item"] = items.Call(call, isDone: true) });
    }

    private static NativeObject At(string item, int index, string place, string member, NativeNode? value) =>
        new() { ["item_id"] = item, ["output_index"] = index, [place] = 0, [member] = value };
}
