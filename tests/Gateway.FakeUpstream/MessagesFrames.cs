using System.Text.Json;

namespace Gateway.FakeUpstream;

/// <summary>Anthropic's Messages API.</summary>
internal sealed class MessagesFrames(Exchange exchange) : IFrames
{
    /// <summary>The whole answer.</summary>
    public static void Write(Utf8JsonWriter json, Exchange exchange)
    {
        Head(json, exchange, string.Concat(Pieces.Of(exchange.Script)));
        Usage(json, exchange, exchange.CompletionTokens);
    }

    public IEnumerable<byte[]> Opening()
    {
        yield return Event("message_start", json =>
        {
            json.WriteStartObject("message");
            Head(json, exchange, null);
            Usage(json, exchange, 1);
            json.WriteEndObject();
        });
        yield return Event("content_block_start", static json => Block(json, "content_block", "text"));
    }

    public byte[] Piece(int index, string piece) => Event("content_block_delta", json =>
    {
        json.WriteNumber("index", 0);
        json.WriteStartObject("delta");
        json.WriteString("type", "text_delta");
        json.WriteString("text", piece);
        json.WriteEndObject();
    });

    public IEnumerable<byte[]> Closing(string text)
    {
        yield return Event("content_block_stop", static json => json.WriteNumber("index", 0));
        yield return Event("message_delta", json =>
        {
            json.WriteStartObject("delta");
            json.WriteString("stop_reason", "end_turn");
            json.WriteNull("stop_sequence");
            json.WriteEndObject();
            Usage(json, exchange, exchange.CompletionTokens);
        });
    }

    public byte[] End(string text) => Event("message_stop", static _ => { });

    public byte[] Error(string message) => Event("error", json =>
    {
        json.WriteStartObject("error");
        json.WriteString("type", "overloaded_error");
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    private static byte[] Event(string type, Action<Utf8JsonWriter> members) => Answers.Write(json =>
    {
        json.WriteString("type", type);
        members(json);
    });

    private static void Head(Utf8JsonWriter json, Exchange exchange, string? text)
    {
        json.WriteString("id", $"msg_{exchange.Number}");
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", exchange.Request.Model);
        json.WriteStartArray("content");
        if (text is not null)
        {
            json.WriteStartObject();
            json.WriteString("type", "text");
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (text is null) json.WriteNull("stop_reason");
        else json.WriteString("stop_reason", "end_turn");
        json.WriteNull("stop_sequence");
    }

    private static void Block(Utf8JsonWriter json, string name, string type)
    {
        json.WriteNumber("index", 0);
        json.WriteStartObject(name);
        json.WriteString("type", type);
        json.WriteString("text", "");
        json.WriteEndObject();
    }

    private static void Usage(Utf8JsonWriter json, Exchange exchange, long output)
    {
        if (exchange.Script.Usage == UsageShape.None) return;
        UsageWriter.Open(json, exchange.Script, usage =>
        {
            usage.WriteNumber("input_tokens", exchange.PromptTokens - exchange.Script.CachedTokens);
            usage.WriteNumber("cache_read_input_tokens", exchange.Script.CachedTokens);
            usage.WritePropertyName("output_tokens");
            UsageWriter.WriteCount(usage, exchange.Script.Usage, output);
        });
    }
}
