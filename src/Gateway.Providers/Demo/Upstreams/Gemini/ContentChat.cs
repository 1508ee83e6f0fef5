using System.Text;
using Gateway.Providers.Demo.Model;
using Gateway.Providers.Gemini;

namespace Gateway.Providers.Demo.Upstreams.Gemini;

/// <summary>Content: an answer is a list of parts, and a stream a list of answers, as events or, without <c>alt=sse</c>, as one JSON array that grows. Nothing marks its end but the reason.</summary>
internal sealed class ContentChat(bool isStream) : DemoChatEndpoint
{
    private const string LineEnd = "\r\n";

    protected override string WholeType => "application/json; charset=UTF-8";

    protected override string StreamType => "text/event-stream";

    protected override DemoChatAsk? Read(DemoExchange exchange) => ContentRequest.Read(exchange, isStream);

    protected override NativeObject Whole(DemoSaid said)
    {
        var candidates = said.Answers.Select((answer, i) => Candidate(i, Parts(answer, said), Reason(answer)));
        return Response(said, new NativeArray(candidates), isLast: true);
    }

    protected override IEnumerable<ReadOnlyMemory<byte>> Stream(DemoSaid said)
    {
        var chunks = Chunks(said).ToList();
        var asEvents = said.Exchange.Http.Query("alt") == "sse";
        foreach (var (i, chunk) in chunks.Index())
        {
            if (asEvents) yield return NativeJson.Event(chunk, lineEnd: LineEnd);
            else yield return (byte[])[.. i == 0 ? "["u8 : ",\r\n"u8, .. NativeJson.Bytes(chunk), .. i == chunks.Count - 1 ? "]"u8 : default];
        }
    }

    protected override DemoStage Stage(DemoSaid said) => said.Exchange.Http.Query("alt") == "sse"
        ? new(Terminals: 1, NativeJson.Event(GoogleErrors.InStream(), lineEnd: LineEnd), "data: {\"candidates\": [{\r\n\r\n"u8.ToArray())
        : new(Terminals: 1, Encoding.UTF8.GetBytes(",\r\n" + Encoding.UTF8.GetString(NativeJson.Bytes(GoogleErrors.InStream())) + "]"), ",\r\n{\"candidates\": nothing}"u8.ToArray());

    private static IEnumerable<NativeObject> Chunks(DemoSaid said)
    {
        var left = said.Answers.Count;
        foreach (var piece in said.Pieces.Where(static p => p.Kind != DemoKind.Arguments))
        {
            var answer = said.Answers[piece.Answer];
            var parts = piece.Kind switch
            {
                DemoKind.Thought => [Thought(piece.Text!)],
                DemoKind.Text => [Text(piece.Text!)],
                DemoKind.Tool => Call(answer.Calls![piece.Call], piece.Call == 0, said),
                DemoKind.Stop => [End(answer)],
                _ => new List<NativeNode>(),
            };
            if (parts.Count == 0) continue;
            var isEnd = piece.Kind == DemoKind.Stop;
            if (isEnd) left--;
            yield return Response(said, new NativeArray(Candidate(piece.Answer, parts, isEnd ? Reason(answer) : null)), isLast: left == 0);
        }
    }

    private static List<NativeNode> Parts(DemoAnswer answer, DemoSaid said)
    {
        var parts = new List<NativeNode>();
        if (answer.Thoughts is { } thoughts) parts.Add(Thought(thoughts));
        if (answer.Text is { Length: > 0 } text) parts.Add(answer.Thoughts is null ? Text(text) : Text(text, DemoSeal.Of(ContentTurns.Seal, ContentTurns.SealedText)));
        foreach (var (i, call) in (answer.Calls ?? []).Index()) parts.AddRange(Call(call, i == 0, said));
        return parts;
    }

    private static NativeObject Thought(string text) => new() { ["text"] = text, ["thought"] = true };

    private static NativeObject Text(string text, string? signature = null)
    {
        var part = new NativeObject { ["text"] = text };
        if (signature is not null) part["thoughtSignature"] = signature;
        return part;
    }

    /// <summary>The part of the last event: the words are all said, and signed where there were thoughts.</summary>
    private static NativeObject End(DemoAnswer answer) =>
        answer is { Thoughts: not null, Calls: not { Count: > 0 } } ? Text("", DemoSeal.Of(ContentTurns.Seal, ContentTurns.SealedText)) : Text("");

    /// <summary>None where the limit cut it: Google's calls come whole or not at all.</summary>
    private static List<NativeNode> Call(DemoCall call, bool isFirst, DemoSaid said)
    {
        if (NativeJson.Object(call.Arguments) is not { } arguments) return [];
        var part = new NativeObject { ["functionCall"] = new NativeObject { ["name"] = call.Name, ["args"] = arguments } };
        if (isFirst && (said.Ask.Think == true || GeminiModels.IsThirdOrLater(said.Ask.Model))) part["thoughtSignature"] = DemoSeal.Of(ContentTurns.Seal, call.Name);
        return [part];
    }

    private static string Reason(DemoAnswer answer) => answer switch
    {
        { Refusal: not null } => "SAFETY",
        { Reason: DemoReason.Limit } => "MAX_TOKENS",
        _ => "STOP",
    };

    private static NativeObject Candidate(int index, List<NativeNode> parts, string? reason)
    {
        var candidate = new NativeObject { ["content"] = new NativeObject { ["parts"] = new NativeArray(parts), ["role"] = "model" } };
        if (reason is not null) candidate["finishReason"] = reason;
        candidate["index"] = index;
        return candidate;
    }

    private static NativeObject Response(DemoSaid said, NativeArray candidates, bool isLast) => new()
    {
        ["candidates"] = candidates,
        ["usageMetadata"] = Usage(said, isLast),
        ["modelVersion"] = said.Ask.Model,
        ["responseId"] = said.Id,
    };

    /// <summary>The answer's tokens are known at the end. Thoughts are none of them, what was cached is a part of the prompt.</summary>
    private static NativeObject Usage(DemoSaid said, bool isLast)
    {
        var usage = new NativeObject { ["promptTokenCount"] = said.Usage.In };
        if (isLast) usage["candidatesTokenCount"] = said.Usage.Out - said.Thought;
        usage["totalTokenCount"] = said.Usage.In + (isLast ? said.Usage.Out : 0);
        if (said.Cached > 0) usage["cachedContentTokenCount"] = said.Cached;
        usage["promptTokensDetails"] = new NativeArray(new NativeObject { ["modality"] = "TEXT", ["tokenCount"] = said.Usage.In });
        if (isLast && said.Thought > 0) usage["thoughtsTokenCount"] = said.Thought;
        return usage;
    }
}
