using System.Text;
using System.Text.Json;
using Gateway.Config;
using Gateway.Core.Providers;

namespace Gateway.Prompts;

/// <summary>The JSON schema that a function's answers follow, as each API asks a model for it.</summary>
internal sealed class OutputFormat
{
    private readonly OutputField _chat;
    private readonly OutputField _responses;
    private readonly OutputField _messages;

    private OutputFormat(string name, string strict, string schema)
    {
        _chat = new("response_format", null, null, $"\"type\":\"json_schema\",\"json_schema\":{{\"name\":\"{name}\",{strict}\"schema\":{schema}}}");
        _responses = new("text", "format", null, $"\"format\":{{\"type\":\"json_schema\",\"name\":\"{name}\",{strict}\"schema\":{schema}}}");
        _messages = new("output_config", "format", "output_format", $"\"format\":{{\"type\":\"json_schema\",\"schema\":{schema}}}");
    }

    /// <summary>The request fields it is in, over all APIs: nobody else may set them.</summary>
    public static bool Has(string field) => field is "response_format" or "text" or "output_config" or "output_format";

    /// <param name="function">Its name, which is also the schema's: OpenAI's API has no dots in it and 64 characters.</param>
    /// <param name="schema">A JSON object; null: the answer is free.</param>
    public static OutputFormat? Of(string function, JsonText? schema)
    {
        if (schema is null) return null;
        using var document = JsonDocument.Parse(schema.Utf8);
        var name = function.Replace('.', '_');
        return new(name.Length > 64 ? name[..64] : name, StrictSchema.Is(document.RootElement) ? "\"strict\":true," : "", Encoding.UTF8.GetString(schema.Utf8.Span));
    }

    public OutputField For(InferenceEndpoint endpoint) => endpoint switch
    {
        InferenceEndpoint.Responses => _responses,
        InferenceEndpoint.Messages => _messages,
        _ => _chat,
    };
}
