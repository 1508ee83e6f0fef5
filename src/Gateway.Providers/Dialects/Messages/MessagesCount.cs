using System.Buffers;
using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Anthropic;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary><c>POST /v1/messages/count_tokens</c>: how many tokens the prompt of a message has.</summary>
public static class MessagesCount
{
    /// <summary>
    /// The chat request whose prompt is to be counted: of a request that needs no <c>max_tokens</c>, in OpenAI's own fields, with what those have no place for left out. Nothing of it is sent.
    /// </summary>
    public static Outcome<ChatForm> ToChat(ReadOnlySpan<byte> body, in TranslationContext context) =>
        MessagesRequest.Build(body, context, new ChatTarget(ChatReach.OpenAI, TakesReasoning: false, ChatOutputLimit.MaxCompletionTokens), counts: true);

    public static void Write(IBufferWriter<byte> reply, long tokens)
    {
        using var json = new Utf8JsonWriter(reply);
        json.WriteStartObject();
        json.WriteNumber("input_tokens"u8, tokens);
        json.WriteEndObject();
    }

    /// <summary>What a provider that speaks the dialect counted.</summary>
    public static Outcome<long> Read(ReadOnlySpan<byte> reply)
    {
        if (!JsonText.IsText(reply)) return AnthropicReply.Unreadable();
        var reader = new Utf8JsonReader(reply);
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return ClientFields.Member(document.RootElement, "input_tokens") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var tokens) && tokens >= 0
                ? tokens
                : AnthropicReply.Unreadable();
        }
        catch (JsonException)
        {
            return AnthropicReply.Unreadable();
        }
    }
}
