using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>Usage as Anthropic reports it: what was read from or written to the cache is not in <c>input_tokens</c>.</summary>
internal static class MessagesUsage
{
    /// <param name="cost">A JSON number; null: not known, or not told.</param>
    public static void Write(Utf8JsonWriter json, in TokenUsage usage, string? cost = null)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, usage.Input + usage.InputAudio + usage.InputImage);
        json.WriteNumber("cache_creation_input_tokens"u8, usage.CacheWrite + usage.CacheWriteHour);
        json.WriteNumber("cache_read_input_tokens"u8, usage.CacheRead);
        json.WriteNumber("output_tokens"u8, usage.Output);
        ChatCost.Write(json, cost);
        json.WriteEndObject();
    }
}
