using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>Writes the response object and what is in it.</summary>
internal static class ResponsesObject
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="end">Null while the answer is under way.</param>
    public static void Write(Utf8JsonWriter json, in TranslationContext context, ResponsesMemory memory, IReadOnlyList<ResponsesItem> items, ResponsesEnd? end)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, "resp_" + context.RequestId);
        json.WriteString("object"u8, "response"u8);
        json.WriteNumber("created_at"u8, context.Created.ToUnixTimeSeconds());
        json.WriteString("status"u8, end is null ? "in_progress"u8 : end.CutBy is null ? "completed"u8 : "incomplete"u8);
        json.WriteNull("error"u8);
        json.WritePropertyName("incomplete_details"u8);
        if (end?.CutBy is null) json.WriteNullValue();
        else WriteReason(json, end.CutBy);
        if (end?.Native is { } native) json.WriteString("native_finish_reason"u8, native);
        if (end?.NativeMessage is { } words) json.WriteString("native_finish_message"u8, words);
        json.WriteString("model"u8, context.Model);
        json.WriteStartArray("output"u8);
        foreach (var item in items) WriteItem(json, item);
        json.WriteEndArray();
        json.WritePropertyName("usage"u8);
        if (end?.Usage is { } usage) WriteUsage(json, usage, end.Cost);
        else json.WriteNullValue();
        if (end?.Tier is { } tier) json.WriteString("service_tier"u8, tier);
        json.WritePropertyName(ResponsesMemory.FirstEchoed);
        json.WriteRawValue(memory.Echo, skipInputValidation: true);
        json.WriteEndObject();
    }

    /// <summary>An item as far as it has come.</summary>
    public static void WriteItem(Utf8JsonWriter json, ResponsesItem item)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, item.Id);
        switch (item.Kind)
        {
            case ResponsesItemKind.Reasoning:
                WriteReasoning(json, item);
                break;
            case ResponsesItemKind.Message:
                json.WriteString("type"u8, "message"u8);
                WriteStatus(json, item);
                json.WriteString("role"u8, "assistant"u8);
                json.WriteStartArray("content"u8);
                if (item.IsDone) WritePart(json, item, item.Text.Json);
                json.WriteEndArray();
                break;
            case ResponsesItemKind.Image:
                json.WriteString("type"u8, ResponsesImages.Call);
                WriteStatus(json, item);
                WriteRaw(json, "output_format"u8, item.Name);
                WriteRaw(json, "result"u8, item.IsDone ? item.Text.Json : "null"u8);
                break;
            default:
                var isCustom = item.Kind == ResponsesItemKind.CustomCall;
                json.WriteString("type"u8, isCustom ? "custom_tool_call"u8 : "function_call"u8);
                WriteStatus(json, item);
                WriteRaw(json, "call_id"u8, item.CallId);
                WriteRaw(json, "name"u8, item.Name);
                WriteRaw(json, isCustom ? "input"u8 : "arguments"u8, item.IsDone ? item.Text.Json : "\"\""u8);
                break;
        }

        json.WriteEndObject();
    }

    /// <param name="text">What of it is to be told: a JSON string.</param>
    public static void WritePart(Utf8JsonWriter json, ResponsesItem item, ReadOnlySpan<byte> text)
    {
        json.WriteStartObject();
        if (item.IsRefusal)
        {
            json.WriteString("type"u8, "refusal"u8);
            WriteRaw(json, "refusal"u8, text);
        }
        else
        {
            json.WriteString("type"u8, "output_text"u8);
            WriteRaw(json, "text"u8, text);
            WriteList(json, "annotations"u8, item.Annotations.Span);
            WriteList(json, "logprobs"u8, item.Logprobs.Span);
        }

        json.WriteEndObject();
    }

    public static void WriteSummary(Utf8JsonWriter json, ReadOnlySpan<byte> text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "summary_text"u8);
        WriteRaw(json, "text"u8, text);
        json.WriteEndObject();
    }

    /// <param name="value">Any JSON, on one line.</param>
    public static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    public static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> items)
    {
        json.WriteStartArray(name);
        if (!items.IsEmpty) json.WriteRawValue(items, skipInputValidation: true);
        json.WriteEndArray();
    }

    private static void WriteReasoning(Utf8JsonWriter json, ResponsesItem item)
    {
        json.WriteString("type"u8, "reasoning"u8);
        json.WriteStartArray("summary"u8);
        if (item is { IsDone: true, Text.IsEmpty: false }) WriteSummary(json, item.Text.Json);
        json.WriteEndArray();
        if (item.IsDone && item.Blocks.Length > 0) WriteList(json, ReplyJson.ProviderBlocksUtf8, item.Blocks.Span);
        if (item.Encrypted is { } encrypted) json.WriteString("encrypted_content"u8, encrypted);
    }

    private static void WriteStatus(Utf8JsonWriter json, ResponsesItem item) =>
        json.WriteString("status"u8, !item.IsDone ? "in_progress"u8 : item.IsCut ? "incomplete"u8 : "completed"u8);

    private static void WriteReason(Utf8JsonWriter json, string reason)
    {
        json.WriteStartObject();
        json.WriteString("reason"u8, reason);
        json.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter json, in TokenUsage usage, string? cost)
    {
        json.WriteStartObject();
        json.WriteNumber("input_tokens"u8, usage.PromptTotal);
        json.WriteStartObject("input_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CacheRead);
        json.WriteNumber("cache_write_tokens"u8, usage.CacheWrite + usage.CacheWriteHour);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, usage.Output);
        json.WriteStartObject("output_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
        json.WriteEndObject();
        json.WriteNumber("total_tokens"u8, usage.Total);
        ChatCost.Write(json, cost);
        json.WriteEndObject();
    }
}
