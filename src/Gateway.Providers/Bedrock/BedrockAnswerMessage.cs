using System.Text;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Anthropic;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>From the blocks of an answer to a message.</summary>
internal static class BedrockAnswerMessage
{
    public const string Citations = "citations";

    /// <param name="family">See <see cref="BedrockFamily"/>.</param>
    public static ChatReplyMessage Of(IReadOnlyList<BedrockBlock?> blocks, string family)
    {
        var (text, thoughts) = (new StringBuilder(), new StringBuilder());
        var (calls, thinking, others, citations) = (new List<ChatToolCall>(), new List<AnthropicBlock>(), new List<BedrockBlock>(), new List<JsonElement>());
        foreach (var block in blocks)
        {
            switch (block)
            {
                case { Text: { } words }:
                    text.Append(words);
                    break;
                case { CitationsContent: { } cited }:
                    foreach (var part in cited.Content ?? []) text.Append(part?.Text);
                    citations.AddRange(cited.Citations ?? []);
                    break;
                case { ReasoningContent: { } reasoning }:
                    thoughts.Append(reasoning.ReasoningText?.Text);
                    if (Thought(reasoning, ThoughtBlocks.Mark(family)) is { } thought) thinking.Add(thought);
                    break;
                case { ToolUse: { Type: not BedrockToolUse.OfServer } call }:
                    calls.Add(new ChatToolCall { Id = call.ToolUseId, Type = "function", Function = new() { Name = call.Name, Arguments = call.Input?.GetRawText() ?? "{}" } });
                    break;
                case not null:
                    others.Add(block);
                    break;
            }
        }

        var rest = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (thinking.Count > 0) rest[ThoughtBlocks.Member] = JsonSerializer.SerializeToElement(thinking, AnthropicJson.Default.ListAnthropicBlock);
        if (citations.Count > 0) rest[Citations] = JsonSerializer.SerializeToElement(citations, BedrockJson.Default.ListJsonElement);
        if (others.Count > 0) rest[ReplyJson.ProviderBlocks] = JsonSerializer.SerializeToElement(others, BedrockJson.Default.ListBedrockBlock);
        return new ChatReplyMessage
        {
            Content = text.Length > 0 || calls.Count == 0 ? text.ToString() : null,
            ReasoningContent = thoughts.Length > 0 ? thoughts.ToString() : null,
            ToolCalls = calls.Count > 0 ? calls : null,
            Rest = rest.Count > 0 ? rest : null,
        };
    }

    /// <summary>What the model wants back: a signed thought or an encrypted one, in the form that Anthropic has them in, so that a conversation can move between the two.</summary>
    private static AnthropicBlock? Thought(BedrockReasoning reasoning, string mark)
    {
        if (reasoning.RedactedContent is { } data) return new() { Type = "redacted_thinking", Rest = Member("data", mark + data) };
        return reasoning.ReasoningText is { Signature: { } signature } signed ? new() { Type = "thinking", Thinking = signed.Text ?? "", Rest = Member("signature", mark + signature) } : null;
    }

    private static Dictionary<string, JsonElement> Member(string name, string value) => new(StringComparer.Ordinal) { [name] = JsonSerializer.SerializeToElement(value, AnthropicJson.Default.String) };
}
