using System.Buffers;
using System.Text.Json;

namespace Gateway.FakeUpstream;

/// <summary>Which of the wire families an answer belongs to.</summary>
internal enum Family { Chat, Completions, Embeddings, Rerank, Moderations, Messages, Responses, CountTokens }

/// <summary>Writes complete JSON replies in OpenAI's form.</summary>
internal static class Answers
{
    /// <summary>Any instant does: the same in every answer, so that answers can be compared.</summary>
    public const long Created = 1_790_000_000;

    public const string DefaultArguments = "{\"city\":\"Madrid\"}";

    private const int Dimensions = 8;

    public static byte[] Json(Exchange exchange, Family family) => Write(json =>
    {
        switch (family)
        {
            case Family.Embeddings:
                Embeddings(json, exchange);
                break;
            case Family.Completions:
                Completion(json, exchange);
                break;
            case Family.Rerank:
                Ranking(json, exchange);
                break;
            case Family.Messages:
                MessagesFrames.Write(json, exchange);
                break;
            case Family.Responses:
                ResponsesFrames.Write(json, exchange);
                break;
            case Family.CountTokens:
                json.WriteNumber("input_tokens", exchange.PromptTokens);
                break;
            case Family.Moderations:
                Moderation(json, exchange);
                break;
            default:
                Chat(json, exchange);
                break;
        }
    });

    public static byte[] Error(int status, string message) => Write(json =>
    {
        json.WriteStartObject("error");
        json.WriteString("message", message);
        json.WriteString("type", status == 429 ? "rate_limit_error" : status >= 500 ? "server_error" : "invalid_request_error");
        json.WriteNull("param");
        json.WriteString("code", "scripted");
        json.WriteEndObject();
    });

    public static byte[] Models() => Write(static json =>
    {
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteString("id", "up-fast");
        json.WriteString("object", "model");
        json.WriteNumber("created", Created);
        json.WriteString("owned_by", "fake");
        json.WriteEndObject();
        json.WriteEndArray();
    });

    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Chat(Utf8JsonWriter json, Exchange exchange)
    {
        var tool = exchange.Request.ToolName;
        Head(json, $"chatcmpl-{exchange.Number}", "chat.completion", exchange.Request.Model);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("message");
        json.WriteString("role", "assistant");
        if (tool is null)
        {
            json.WriteString("content", string.Concat(Pieces.Of(exchange.Script)));
        }
        else
        {
            json.WriteNull("content");
            json.WriteStartArray("tool_calls");
            json.WriteStartObject();
            json.WriteString("id", $"call_{exchange.Number}");
            json.WriteString("type", "function");
            json.WriteStartObject("function");
            json.WriteString("name", tool);
            json.WriteString("arguments", exchange.Script.ToolArguments ?? DefaultArguments);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteNull("refusal");
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", tool is null ? "stop" : "tool_calls");
        json.WriteEndObject();
        json.WriteEndArray();
        Usage(json, exchange);
        json.WriteString("service_tier", "default");
        json.WriteString("system_fingerprint", "fp_fake");
    }

    private static void Completion(Utf8JsonWriter json, Exchange exchange)
    {
        Head(json, $"cmpl-{exchange.Number}", "text_completion", exchange.Request.Model);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteString("text", string.Concat(Pieces.Of(exchange.Script)));
        json.WriteNumber("index", 0);
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", "stop");
        json.WriteEndObject();
        json.WriteEndArray();
        Usage(json, exchange);
    }

    private static void Embeddings(Utf8JsonWriter json, Exchange exchange)
    {
        json.WriteString("object", "list");
        json.WriteString("model", exchange.Request.Model);
        json.WriteStartArray("data");
        for (var i = 0; i < exchange.Request.Inputs; i++)
        {
            var vector = exchange.Script.Vector ?? Enumerable.Range(0, Dimensions).Select(n => (n + i) / 16f).ToArray();
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", i);
            json.WritePropertyName("embedding");
            if (exchange.Request.Base64)
            {
                json.WriteBase64StringValue(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(vector));
            }
            else
            {
                json.WriteStartArray();
                foreach (var value in vector)
                    json.WriteNumberValue(value);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (exchange.Script.Usage != UsageShape.None)
            UsageWriter.WritePrompt(json, exchange.Script, exchange.PromptTokens);
    }

    /// <summary>Bills tokens, as those do that are not Cohere.</summary>
    private static void Ranking(Utf8JsonWriter json, Exchange exchange)
    {
        json.WriteString("model", exchange.Request.Model);
        json.WriteStartArray("results");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteNumber("relevance_score", 0.5);
        json.WriteEndObject();
        json.WriteEndArray();
        if (exchange.Script.Usage != UsageShape.None)
            UsageWriter.WritePrompt(json, exchange.Script, exchange.PromptTokens);
    }

    private static void Moderation(Utf8JsonWriter json, Exchange exchange)
    {
        json.WriteString("id", $"modr-{exchange.Number}");
        json.WriteString("model", exchange.Request.Model);
        json.WriteStartArray("results");
        json.WriteStartObject();
        json.WriteBoolean("flagged", false);
        json.WriteStartObject("categories");
        json.WriteEndObject();
        json.WriteStartObject("category_scores");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        if (exchange.Script.Usage != UsageShape.None)
            UsageWriter.WritePrompt(json, exchange.Script, exchange.PromptTokens);
    }

    private static void Head(Utf8JsonWriter json, string id, string kind, string model)
    {
        json.WriteString("id", id);
        json.WriteString("object", kind);
        json.WriteNumber("created", Created);
        json.WriteString("model", model);
    }

    private static void Usage(Utf8JsonWriter json, Exchange exchange)
    {
        if (exchange.Script.Usage != UsageShape.None)
            UsageWriter.Write(json, exchange.Script, exchange.PromptTokens, exchange.CompletionTokens);
    }
}
