using System.Buffers;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Ollama;

/// <summary>From Ollama's whole answer to an OpenAI chat reply.</summary>
internal static class OllamaReply
{
    /// <summary>The member of a message with the images that a model made. Ollama's name for it.</summary>
    public const string Images = "images";

    public static Outcome<ReplyFacts> Read(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (ReplyJson.Parse(body, OllamaJson.Default.OllamaAnswer) is not { } answer) return OllamaErrors.Unreadable();
        if (answer.Error is { } error) return OllamaErrors.Of(error, body);
        if (answer.Message is not { } message) return OllamaErrors.Unreadable();
        if (answer.Done != true) return OllamaErrors.Unfinished();
        var usage = new OllamaUsage();
        usage.Read(answer.PromptEvalCount, answer.EvalCount);
        var calls = Calls(message.ToolCalls ?? [], context.RequestId);
        ReplyJson.Write(reply, OpenAIJson.Default.ChatReply, new ChatReply
        {
            Id = "chatcmpl-" + context.RequestId,
            Created = context.Created.ToUnixTimeSeconds(),
            Model = context.Model,
            Choices =
            [
                new ChatChoice { Index = 0, Message = Message(message, calls), FinishReason = OllamaFinish.Reason(answer.DoneReason, calls.Count > 0), NativeFinishReason = answer.DoneReason },
            ],
            Usage = usage.IsKnown ? ChatUsage.From(usage.Tokens) : null,
        });
        return new ReplyFacts(usage.IsKnown ? usage.Tokens : null, usage.Raw);
    }

    private static ChatReplyMessage Message(OllamaMessage message, List<ChatToolCall> calls) => new()
    {
        Content = message.Content is { Length: > 0 } || calls.Count == 0 ? message.Content ?? "" : null,
        ReasoningContent = message.Thinking is { Length: > 0 } thoughts ? thoughts : null,
        ToolCalls = calls.Count > 0 ? calls : null,
        Rest = message.Images is { ValueKind: JsonValueKind.Array } images && images.GetArrayLength() > 0 ? new(StringComparer.Ordinal) { [Images] = images } : null,
    };

    private static List<ChatToolCall> Calls(IReadOnlyList<OllamaCall?> calls, string requestId) =>
    [
        .. calls.OfType<OllamaCall>().Select((call, i) => new ChatToolCall
        {
            Id = call.Id is { Length: > 0 } id ? id : OllamaIds.Of(requestId, i),
            Type = "function",
            Function = new() { Name = call.Function?.Name, Arguments = call.Function?.Arguments is { ValueKind: JsonValueKind.Object } arguments ? arguments.GetRawText() : "{}" },
        }),
    ];
}
