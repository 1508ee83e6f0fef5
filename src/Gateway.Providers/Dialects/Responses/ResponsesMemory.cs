using System.Text;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>What has to be known of a request when its answer is written.</summary>
/// <param name="Echo">What of the response repeats the request: the value of <see cref="FirstEchoed"/> and the members after it, on one line.</param>
/// <param name="Custom">Names of the tools whose calls are no function calls.</param>
/// <param name="Encrypted">The client asked for thoughts that it can send back.</param>
internal sealed record ResponsesMemory(byte[] Echo, HashSet<string> Custom, bool Encrypted)
{
    /// <summary>
    /// The client said <c>store: false</c> and sends whole items back. Others refer to an answer's messages by their ids, which nobody here can look up: they are not given words that are none of the answer's, beside a
    /// call, and could not go on for them.
    /// </summary>
    public bool SendsItems { get; init; } = true;

    // What a reasoning item remembers for the provider, under the hub's names.
    public const string Thinking = "thinking_blocks";
    public const string Extra = "extra_content";
    public const string Call = "call";
    public const string Model = "model";

    public const string FirstEchoed = "instructions";

    public static readonly ResponsesMemory None = new(Encoding.UTF8.GetBytes(
        """
        null,"max_output_tokens":null,"metadata":{},"parallel_tool_calls":true,"temperature":null,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_p":null
        """), [], false);

    private static readonly string[] AsTheyCame = ["max_output_tokens", "prompt_cache_key", "safety_identifier", "temperature", "top_p", "user"];

    public static ResponsesMemory Of(ResponsesAsk ask, HashSet<string> custom)
    {
        var echo = RequestJson.Write(ask, 1024, static (json, ask) => Write(json, ask)).Span;
        var include = ask.Find("include");
        return new(echo[(FirstEchoed.Length + "{\"\":".Length)..^1].ToArray(), custom, include is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().Any(static i => ResponsesFields.Is(i, "reasoning.encrypted_content"))) { SendsItems = ask.Find("store") is { ValueKind: JsonValueKind.False } };
    }

    /// <summary>The arguments that a call of a custom tool has as a function.</summary>
    public static string Arguments(JsonElement input) =>
        Encoding.UTF8.GetString([.. "{\""u8, .. Encoding.UTF8.GetBytes(ResponsesTools.Input), .. "\":"u8, .. ResponsesAsk.Raw(input), .. "}"u8]);

    private static void Write(Utf8JsonWriter json, ResponsesAsk ask)
    {
        Echoed(json, ask.Find(FirstEchoed), FirstEchoed, "null"u8);
        foreach (var name in AsTheyCame) Echoed(json, ask.Find(name), name, "null"u8);
        Echoed(json, ask.Find("metadata") is { ValueKind: JsonValueKind.Object } metadata ? metadata : null, "metadata", "{}"u8);
        Echoed(json, ask.Find("parallel_tool_calls"), "parallel_tool_calls", "true"u8);
        Echoed(json, ask.Find("reasoning"), "reasoning", "{\"effort\":null,\"summary\":null}"u8);
        Echoed(json, ask.Find("text"), "text", "{\"format\":{\"type\":\"text\"}}"u8);
        Echoed(json, ask.Find("tool_choice"), "tool_choice", "\"auto\""u8);
        Echoed(json, ask.Find("tools"), "tools", "[]"u8);
        Echoed(json, ask.Find("top_logprobs"), "top_logprobs", "0"u8);
        json.WriteString("truncation"u8, "disabled"u8);
        json.WriteBoolean("store"u8, false);
        json.WriteBoolean("background"u8, false);
        json.WriteNull("previous_response_id"u8);
        json.WriteNull("max_tool_calls"u8);
    }

    private static void Echoed(Utf8JsonWriter json, JsonElement? value, string name, ReadOnlySpan<byte> otherwise)
    {
        json.WritePropertyName(name);
        if (value is { } given) given.WriteTo(json);
        else json.WriteRawValue(otherwise, skipInputValidation: true);
    }
}
