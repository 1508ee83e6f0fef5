using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Core.Usage;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>Writes the chunks of one streamed chat answer as whole <c>data:</c> events, straight into the output: no record and no string per token. Not thread-safe.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A Utf8JsonWriter over an IBufferWriter owns nothing that has to be let go.")]
public sealed class ChatChunkWriter
{
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    private readonly JsonEncodedText _id;
    private readonly JsonEncodedText _model;
    private readonly long _created;
    private readonly bool _includeUsage;

    public ChatChunkWriter(in TranslationContext context)
    {
        _id = JsonEncodedText.Encode("chatcmpl-" + context.RequestId);
        _model = JsonEncodedText.Encode(context.Model);
        _created = context.Created.ToUnixTimeSeconds();
        _includeUsage = context.IncludeUsage;
    }

    /// <summary>Opens a choice.</summary>
    /// <param name="withText">False: the first thing in it is a tool call, and its content will be null.</param>
    public void Role(IBufferWriter<byte> output, int choice, bool withText)
    {
        OpenDelta(output, choice);
        _json.WriteString("role"u8, "assistant"u8);
        if (withText) _json.WriteString("content"u8, ""u8);
        else _json.WriteNull("content"u8);
        _json.WriteNull("refusal"u8);
        CloseDelta(output, null);
    }

    public void Content(IBufferWriter<byte> output, int choice, ReadOnlySpan<char> text) => Text(output, choice, "content"u8, text);

    public void Refusal(IBufferWriter<byte> output, int choice, ReadOnlySpan<char> text) => Text(output, choice, "refusal"u8, text);

    /// <summary>Opens a tool call; its arguments follow in pieces.</summary>
    /// <param name="index">Counts the calls of the choice from 0.</param>
    public void ToolCall(IBufferWriter<byte> output, int choice, int index, string id, string name)
    {
        OpenToolCall(output, choice, index);
        _json.WriteString("id"u8, id);
        _json.WriteString("type"u8, "function"u8);
        _json.WriteStartObject("function"u8);
        _json.WriteString("name"u8, name);
        _json.WriteString("arguments"u8, ""u8);
        CloseToolCall(output);
    }

    public void ToolArguments(IBufferWriter<byte> output, int choice, int index, ReadOnlySpan<char> piece)
    {
        OpenToolCall(output, choice, index);
        _json.WriteStartObject("function"u8);
        _json.WriteString("arguments"u8, piece);
        CloseToolCall(output);
    }

    /// <param name="reason"><c>stop</c>, <c>length</c>, <c>tool_calls</c> or <c>content_filter</c>.</param>
    public void Finish(IBufferWriter<byte> output, int choice, string reason)
    {
        OpenDelta(output, choice);
        CloseDelta(output, reason);
    }

    /// <summary>The last chunk, for a client that asked for usage.</summary>
    public void Usage(IBufferWriter<byte> output, in TokenUsage usage)
    {
        Open(output);
        _json.WriteEndArray();
        _json.WritePropertyName("usage"u8);
        JsonSerializer.Serialize(_json, ChatUsage.From(usage), OpenAIJson.Default.ChatUsage);
        Close(output);
    }

    private void Text(IBufferWriter<byte> output, int choice, ReadOnlySpan<byte> member, ReadOnlySpan<char> text)
    {
        OpenDelta(output, choice);
        _json.WriteString(member, text);
        CloseDelta(output, null);
    }

    private void Open(IBufferWriter<byte> output)
    {
        output.Write("data: "u8);
        _json.Reset(output);
        _json.WriteStartObject();
        _json.WriteString("id"u8, _id);
        _json.WriteString("object"u8, "chat.completion.chunk"u8);
        _json.WriteNumber("created"u8, _created);
        _json.WriteString("model"u8, _model);
        _json.WriteStartArray("choices"u8);
    }

    private void Close(IBufferWriter<byte> output)
    {
        _json.WriteEndObject();
        _json.Flush();
        output.Write("\n\n"u8);
    }

    private void OpenDelta(IBufferWriter<byte> output, int choice)
    {
        Open(output);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, choice);
        _json.WriteStartObject("delta"u8);
    }

    private void CloseDelta(IBufferWriter<byte> output, string? finishReason)
    {
        _json.WriteEndObject();
        _json.WriteNull("logprobs"u8);
        _json.WriteString("finish_reason"u8, finishReason);
        _json.WriteEndObject();
        _json.WriteEndArray();
        if (_includeUsage) _json.WriteNull("usage"u8); // as OpenAI does in every chunk but the last
        Close(output);
    }

    private void OpenToolCall(IBufferWriter<byte> output, int choice, int index)
    {
        OpenDelta(output, choice);
        _json.WriteStartArray("tool_calls"u8);
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, index);
    }

    private void CloseToolCall(IBufferWriter<byte> output)
    {
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndArray();
        CloseDelta(output, null);
    }
}
