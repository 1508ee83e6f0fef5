using System.Text.Json;

namespace Gateway.FakeUpstream;

/// <summary>OpenAI's Responses API.</summary>
internal sealed class ResponsesFrames(Exchange exchange) : IFrames
{
    private int _sequence;

    /// <summary>The whole answer.</summary>
    public static void Write(Utf8JsonWriter json, Exchange exchange) => Response(json, exchange, string.Concat(Pieces.Of(exchange.Script)), "completed");

    public IEnumerable<byte[]> Opening()
    {
        yield return Event("response.created", json => Nested(json, "", "in_progress"));
        yield return Event("response.in_progress", json => Nested(json, "", "in_progress"));
    }

    public byte[] Piece(int index, string piece) => Event("response.output_text.delta", json =>
    {
        Place(json);
        json.WriteString("delta", piece);
        NoLogprobs(json);
    });

    public IEnumerable<byte[]> Closing(string text)
    {
        yield return Event("response.output_text.done", json =>
        {
            Place(json);
            json.WriteString("text", text);
            NoLogprobs(json);
        });
    }

    public byte[] End(string text) => Event("response.completed", json => Nested(json, text, "completed"));

    public byte[] Error(string message) => Event("error", json =>
    {
        json.WriteString("code", "server_error");
        json.WriteString("message", message);
        json.WriteNull("param");
    });

    private void Place(Utf8JsonWriter json)
    {
        json.WriteString("item_id", $"msg_{exchange.Number}");
        json.WriteNumber("output_index", 0);
        json.WriteNumber("content_index", 0);
    }

    private static void NoLogprobs(Utf8JsonWriter json)
    {
        json.WriteStartArray("logprobs");
        json.WriteEndArray();
    }

    private byte[] Event(string type, Action<Utf8JsonWriter> members) => Answers.Write(json =>
    {
        json.WriteString("type", type);
        json.WriteNumber("sequence_number", _sequence++);
        members(json);
    });

    private void Nested(Utf8JsonWriter json, string text, string status)
    {
        json.WriteStartObject("response");
        Response(json, exchange, text, status);
        json.WriteEndObject();
    }

    private static void Response(Utf8JsonWriter json, Exchange exchange, string text, string status)
    {
        json.WriteString("id", $"resp_{exchange.Number}");
        json.WriteString("object", "response");
        json.WriteNumber("created_at", Answers.Created);
        json.WriteString("status", status);
        json.WriteNull("error");
        json.WriteNull("incomplete_details");
        json.WriteNull("instructions");
        json.WriteString("model", exchange.Request.Model);
        json.WriteStartArray("output");
        if (text.Length > 0) Message(json, exchange, text);
        json.WriteEndArray();
        json.WriteBoolean("parallel_tool_calls", true);
        json.WriteNull("temperature");
        json.WriteNull("top_p");
        json.WriteString("tool_choice", "auto");
        json.WriteStartArray("tools");
        json.WriteEndArray();
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        if (status == "completed" && exchange.Script.Usage != UsageShape.None) Usage(json, exchange);
        else json.WriteNull("usage");
    }

    private static void Message(Utf8JsonWriter json, Exchange exchange, string text)
    {
        json.WriteStartObject();
        json.WriteString("id", $"msg_{exchange.Number}");
        json.WriteString("type", "message");
        json.WriteString("status", "completed");
        json.WriteString("role", "assistant");
        json.WriteStartArray("content");
        json.WriteStartObject();
        json.WriteString("type", "output_text");
        json.WriteString("text", text);
        json.WriteStartArray("annotations");
        json.WriteEndArray();
        NoLogprobs(json);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Usage(Utf8JsonWriter json, Exchange exchange) => UsageWriter.Open(json, exchange.Script, usage =>
    {
        usage.WriteNumber("input_tokens", exchange.PromptTokens);
        usage.WriteStartObject("input_tokens_details");
        usage.WriteNumber("cached_tokens", exchange.Script.CachedTokens);
        usage.WriteEndObject();
        usage.WritePropertyName("output_tokens");
        UsageWriter.WriteCount(usage, exchange.Script.Usage, exchange.CompletionTokens);
        usage.WriteStartObject("output_tokens_details");
        usage.WriteNumber("reasoning_tokens", exchange.Script.ReasoningTokens);
        usage.WriteEndObject();
        usage.WriteNumber("total_tokens", exchange.PromptTokens + exchange.CompletionTokens);
    });
}
