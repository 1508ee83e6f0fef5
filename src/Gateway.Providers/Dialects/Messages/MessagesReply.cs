using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>From a chat reply to a message. Its blocks stand in the order thoughts, text, calls.</summary>
internal static class MessagesReply
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static GatewayError? Write(ReadOnlySpan<byte> chat, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (!JsonText.IsText(chat)) return Unreadable();   // such strings cannot be written again
        var reader = new Utf8JsonReader(chat, new JsonReaderOptions { MaxDepth = 128 });
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var choices = ClientFields.Member(document.RootElement, "choices");
            if (choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() == 0 || ClientFields.Member(choices[0], "message") is not { ValueKind: JsonValueKind.Object } message) return Unreadable();
            using var json = new Utf8JsonWriter(reply, Options);
            Write(json, document.RootElement, choices[0], message, context);
            return null;
        }
        catch (JsonException)
        {
            return Unreadable();
        }
    }

    private static GatewayError Unreadable() => new(ErrorKind.BadUpstream, "The provider sent an answer that cannot be read.");

    private static void Write(Utf8JsonWriter json, JsonElement chat, JsonElement choice, JsonElement message, in TranslationContext context)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, "msg_" + context.RequestId);
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("model"u8, context.Model);
        json.WriteStartArray("content"u8);
        var asked = context.Memory as MessagesRemembered ?? MessagesRemembered.Nothing;
        var calls = MessagesReplyBlocks.Write(json, chat, message, asked.Names, context);
        json.WriteEndArray();
        var finish = MessagesFinish.Of(Said(choice), calls > 0, !string.IsNullOrEmpty(JsonFields.Text(message, "refusal")), asked.Stops);
        finish.Write(json);
        MessagesUsage.Write(json, Usage(chat));
        json.WriteEndObject();
    }

    private static MessagesFinishWords Said(JsonElement choice) => new(
        JsonFields.Text(choice, "finish_reason"), JsonFields.Text(choice, "native_finish_reason"), JsonFields.Text(choice, "native_stop_sequence"),
        JsonFields.Text(choice, "stop_reason") ?? JsonFields.Text(choice, "matched_stop"), JsonFields.Text(choice, "native_finish_message"));

    /// <summary>Anthropic's format wants numbers: where none were reported they are 0.</summary>
    private static TokenUsage Usage(JsonElement chat) =>
        ClientFields.Member(chat, "usage") is { ValueKind: JsonValueKind.Object } usage
        && OpenAIUsage.TryRead(Encoding.UTF8.GetBytes(usage.GetRawText()), InferenceEndpoint.ChatCompletions, out var tokens) ? tokens : default;
}
