using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>From Anthropic's whole answer to an OpenAI chat reply.</summary>
internal static class AnthropicReply
{
    public static Outcome<ReplyFacts> Read(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (ReplyJson.Parse(body, AnthropicJson.Default.AnthropicMessage) is not { Content: { } blocks } message) return Unreadable();
        var usage = new AnthropicUsage();
        var raw = message.Usage?.GetRawText();
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
                new ChatChoice
                {
                    Index = 0,
                    Message = Message(blocks),
                    FinishReason = AnthropicFinish.Reason(message.StopReason),
                    NativeFinishReason = message.StopReason,
                    NativeStopSequence = message.StopSequence,
                },
            ],
            Usage = usage.IsKnown ? ChatUsage.From(usage.Tokens) : null,
        });
        return new ReplyFacts(usage.IsKnown ? usage.Tokens : null, raw);
    }

    public static GatewayError BegunAnew() => new(ErrorKind.BadUpstream, $"{AnthropicRequest.Name} began another message in the middle of its answer. What was received is incomplete.");

    public static GatewayError Unreadable() => new(ErrorKind.BadUpstream, $"{AnthropicRequest.Name} sent an answer that cannot be read.");

    private static ChatReplyMessage Message(IReadOnlyList<AnthropicBlock?> blocks)
    {
        var (text, thoughts) = (new StringBuilder(), new StringBuilder());
        var (calls, thinking, others) = (new List<ChatToolCall>(), new List<AnthropicBlock>(), new List<AnthropicBlock>());
        var citations = new AnthropicCitations();
        foreach (var block in blocks)
        {
            switch (block?.Type)
            {
                case "text":
                    citations.Add(block.Citations, text.Length, text.Length + (block.Text?.Length ?? 0));
                    text.Append(block.Text);
                    break;
                case "thinking":
                    thoughts.Append(block.Thinking);
                    thinking.Add(block);
                    break;
                case "redacted_thinking":
                    thinking.Add(block);
                    break;
                case "tool_use":
                    calls.Add(new ChatToolCall { Id = block.Id, Type = "function", Function = new() { Name = block.Name, Arguments = block.Input?.GetRawText() ?? "{}" } });
                    break;
                case not null:
                    others.Add(block);
                    break;
            }
        }

        var rest = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (thinking.Count > 0) rest[ThoughtBlocks.Member] = JsonSerializer.SerializeToElement(thinking, AnthropicJson.Default.ListAnthropicBlock);
        citations.AddTo(rest);
        if (others.Count > 0) rest[ReplyJson.ProviderBlocks] = JsonSerializer.SerializeToElement(others, AnthropicJson.Default.ListAnthropicBlock);
        return new ChatReplyMessage
        {
            Content = text.Length > 0 || calls.Count == 0 ? text.ToString() : null,
            ReasoningContent = thoughts.Length > 0 ? thoughts.ToString() : null,
            ToolCalls = calls.Count > 0 ? calls : null,
            Rest = rest.Count > 0 ? rest : null,
        };
    }
}
