using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>Writes the events of a stream of messages, and counts them. Pieces are copied as they are escaped.</summary>
internal sealed class MessagesEvents
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public long Count { get; private set; }

    public void MessageStart(IBufferWriter<byte> output, string requestId, string model)
    {
        output.Write("event: message_start\ndata: "u8);
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "message_start"u8);
            json.WriteStartObject("message"u8);
            json.WriteString("id"u8, "msg_" + requestId);
            json.WriteString("type"u8, "message"u8);
            json.WriteString("role"u8, "assistant"u8);
            json.WriteString("model"u8, model);
            json.WriteStartArray("content"u8);
            json.WriteEndArray();
            json.WriteNull("stop_reason"u8);
            json.WriteNull("stop_sequence"u8);
            MessagesUsage.Write(json, default);   // nobody knows yet: the last event but one says
            json.WriteEndObject();
            json.WriteEndObject();
        }

        End(output);
    }

    /// <param name="block">JSON of the block as it begins.</param>
    public void BlockStart(IBufferWriter<byte> output, int index, ReadOnlySpan<byte> block)
    {
        output.Write("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":"u8);
        Number(output, index);
        output.Write(",\"content_block\":"u8);
        OneLine(output, block);
        output.Write("}"u8);
        End(output);
    }

    /// <param name="delta">Its type, and the name of its member.</param>
    /// <param name="inside">The inside of a JSON string.</param>
    public void Delta(IBufferWriter<byte> output, int index, ReadOnlySpan<byte> delta, ReadOnlySpan<byte> inside)
    {
        OpenDelta(output, index);
        output.Write(delta);
        output.Write("\":\""u8);
        output.Write(inside);
        output.Write("\"}}"u8);
        End(output);
    }

    /// <param name="json">Anthropic's citation.</param>
    public void Citation(IBufferWriter<byte> output, int index, ReadOnlySpan<byte> json)
    {
        OpenDelta(output, index);
        output.Write("citations_delta\",\"citation\":"u8);
        OneLine(output, json);
        output.Write("}}"u8);
        End(output);
    }

    public void BlockStop(IBufferWriter<byte> output, int index)
    {
        output.Write("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"u8);
        Number(output, index);
        output.Write("}"u8);
        End(output);
    }

    public void MessageEnd(IBufferWriter<byte> output, in MessagesFinish finish, in TokenUsage usage, string? cost)
    {
        output.Write("event: message_delta\ndata: "u8);
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "message_delta"u8);
            json.WriteStartObject("delta"u8);
            finish.Write(json);
            json.WriteEndObject();
            MessagesUsage.Write(json, usage, cost);
            json.WriteEndObject();
        }

        End(output);
        output.Write("event: message_stop\ndata: {\"type\":\"message_stop\"}"u8);
        End(output);
    }

    private static void OpenDelta(IBufferWriter<byte> output, int index)
    {
        output.Write("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"u8);
        Number(output, index);
        output.Write(",\"delta\":{\"type\":\""u8);
    }

    private void End(IBufferWriter<byte> output)
    {
        output.Write("\n\n"u8);
        Count++;
    }

    private static void Number(IBufferWriter<byte> output, int number)
    {
        var room = output.GetSpan(11);
        Utf8Formatter.TryFormat(number, room, out var written);
        output.Advance(written);
    }

    /// <summary>A line break in it would end the event; inside of strings there is none.</summary>
    private static void OneLine(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        for (var end = json.IndexOfAny((byte)'\n', (byte)'\r'); end >= 0; end = json.IndexOfAny((byte)'\n', (byte)'\r'))
        {
            output.Write(json[..end]);
            json = json[(end + 1)..];
        }

        output.Write(json);
    }
}
