using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Cohere;

/// <summary>From Cohere's whole answer to an OpenAI chat reply.</summary>
internal static class CohereReply
{
    public static Outcome<ReplyFacts> Read(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (ReplyJson.Parse(body, CohereJson.Default.CohereAnswer) is not { Message: { } message } answer) return CohereErrors.Unreadable();
        if (CohereFinish.IsFailure(answer.FinishReason)) return CohereErrors.Failed(answer.FinishReason!, null, body);
        var usage = new CohereUsage();
        var raw = answer.Usage?.GetRawText();
        if (raw is not null)
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(raw));
            reader.Read();
            usage.Read(ref reader);
        }

        ReplyJson.Write(reply, OpenAIJson.Default.ChatReply, new ChatReply
        {
            Id = "chatcmpl-" + context.RequestId,
            Created = context.Created.ToUnixTimeSeconds(),
            Model = context.Model,
            Choices =
            [
                new ChatChoice { Index = 0, Message = Message(message), FinishReason = CohereFinish.Reason(answer.FinishReason), NativeFinishReason = answer.FinishReason },
            ],
            Usage = usage.IsKnown ? ChatUsage.From(usage.Tokens) : null,
        });
        return new ReplyFacts(usage.IsKnown ? usage.Tokens : null, raw);
    }

    private static ChatReplyMessage Message(CohereMessage message)
    {
        var (text, thoughts) = (new StringBuilder(), new StringBuilder());
        var others = new List<CohereBlock>();
        foreach (var block in message.Content ?? [])
        {
            switch (block?.Type)
            {
                case "text":
                    text.Append(block.Text);
                    break;
                case "thinking":
                    thoughts.Append(block.Thinking);
                    break;
                case not null:
                    others.Add(block);
                    break;
            }
        }

        var calls = (message.ToolCalls ?? []).OfType<CohereCall>().Select(static c => new ChatToolCall { Id = c.Id, Type = "function", Function = Function(c) }).ToList();
        var rest = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (message.ToolPlan is { ValueKind: JsonValueKind.String } plan && !plan.ValueEquals(""u8)) rest[CohereTurns.ToolPlan] = plan;
        if (message.Citations is { ValueKind: JsonValueKind.Array } citations && citations.GetArrayLength() > 0) rest[CohereTurns.Citations] = citations;
        if (others.Count > 0) rest[ReplyJson.ProviderBlocks] = JsonSerializer.SerializeToElement(others, CohereJson.Default.ListCohereBlock);
        return new ChatReplyMessage
        {
            Content = text.Length > 0 || calls.Count == 0 ? text.ToString() : null,
            ReasoningContent = thoughts.Length > 0 ? thoughts.ToString() : null,
            ToolCalls = calls.Count > 0 ? calls : null,
            Rest = rest.Count > 0 ? rest : null,
        };
    }

    private static ChatFunctionCall Function(CohereCall call) =>
        new() { Name = call.Function?.Name, Arguments = call.Function?.Arguments is { Length: > 0 } arguments and not "null" ? arguments : "{}" };
}
