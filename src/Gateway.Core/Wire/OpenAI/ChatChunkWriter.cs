using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
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
    private readonly byte[] _pieceHead;
    private readonly byte[] _pieceTail;
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
        _pieceHead = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""data: {"id":"{{_id}}","object":"chat.completion.chunk","created":{{_created}},"model":"{{_model}}","choices":[{"index":"""));
        _pieceTail = [.. "},\"logprobs\":null,\"finish_reason\":null}]"u8, .. _includeUsage ? ",\"usage\":null"u8 : default, .. "}\n\n"u8];
    }

    /// <summary>A piece of the answer, copied as the provider wrote it: the member <paramref name="name"/> of the delta.</summary>
    /// <param name="json">One JSON value; of a string with its quotes and escapes.</param>
    public void Piece(IBufferWriter<byte> output, int choice, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        OpenPiece(output, choice);
        output.Write("\""u8);
        output.Write(name);
        output.Write("\":"u8);
        output.Write(json);
        output.Write(_pieceTail);
    }

    /// <summary>A piece of a tool call's arguments, copied as the provider wrote it.</summary>
    /// <param name="json">A JSON string with its quotes and escapes.</param>
    public void ToolArgumentsPiece(IBufferWriter<byte> output, int choice, int index, ReadOnlySpan<byte> json)
    {
        OpenPiece(output, choice);
        output.Write("\"tool_calls\":[{\"index\":"u8);
        Number(output, index);
        output.Write(",\"function\":{\"arguments\":"u8);
        output.Write(json);
        output.Write("}}]"u8);
        output.Write(_pieceTail);
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

    /// <summary>What the model thinks before it answers.</summary>
    public void Reasoning(IBufferWriter<byte> output, int choice, ReadOnlySpan<char> text) => Text(output, choice, "reasoning_content"u8, text);

    public void Refusal(IBufferWriter<byte> output, int choice, ReadOnlySpan<char> text) => Text(output, choice, "refusal"u8, text);

    /// <summary>Opens a tool call; its arguments follow in pieces.</summary>
    /// <param name="index">Counts the calls of the choice from 0.</param>
    /// <param name="extra">JSON of the call's <c>extra_content</c>, what the provider wants back with it; empty: none.</param>
    public void ToolCall(IBufferWriter<byte> output, int choice, int index, string id, string name, ReadOnlySpan<byte> extra = default)
    {
        OpenToolCall(output, choice, index);
        _json.WriteString("id"u8, id);
        if (!extra.IsEmpty)
        {
            _json.WritePropertyName("extra_content"u8);
            _json.WriteRawValue(extra, skipInputValidation: true);
        }
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
    /// <param name="native">The provider's own word for it, shown beside.</param>
    /// <param name="stopSequence">The one of <c>stop</c> at which the answer ended, where the provider says which.</param>
    /// <param name="message">The provider's own words on it.</param>
    public void Finish(IBufferWriter<byte> output, int choice, string reason, string? native = null, string? stopSequence = null, string? message = null)
    {
        OpenDelta(output, choice);
        CloseDelta(output, reason, native, stopSequence, message);
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

    private void OpenPiece(IBufferWriter<byte> output, int choice)
    {
        output.Write(_pieceHead);
        Number(output, choice);
        output.Write(",\"delta\":{"u8);
    }

    private static void Number(IBufferWriter<byte> output, int number)
    {
        var room = output.GetSpan(11);
        Utf8Formatter.TryFormat(number, room, out var written);
        output.Advance(written);
    }

    private void CloseDelta(IBufferWriter<byte> output, string? finishReason, string? native = null, string? stopSequence = null, string? message = null)
    {
        _json.WriteEndObject();
        _json.WriteNull("logprobs"u8);
        _json.WriteString("finish_reason"u8, finishReason);
        if (native is not null) _json.WriteString("native_finish_reason"u8, native);
        if (stopSequence is not null) _json.WriteString("native_stop_sequence"u8, stopSequence);
        if (message is not null) _json.WriteString("native_finish_message"u8, message);
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
