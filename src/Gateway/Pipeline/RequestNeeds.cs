using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Metering.Pricing;

namespace Gateway.Pipeline;

/// <summary>What a request asks of whoever answers it, beyond text. Read from the body where a target's conditions or abilities make it matter.</summary>
/// <param name="Capabilities">Images, sound, functions and schemas that it holds or asks for.</param>
/// <param name="PromptTokens">About how long the prompt is: a token for every four bytes of the body, the bytes of images and sound left out. Text in English with JSON around it has about so many.</param>
/// <param name="AnswerTokens">The most of one answer; 0: the request does not say.</param>
internal readonly record struct RequestNeeds(CatalogCapabilities Capabilities, long PromptTokens, long AnswerTokens)
{
    private const int BytesPerToken = 4;

    /// <summary>Prompt and answer together.</summary>
    public long Tokens => PromptTokens + AnswerTokens;

    public static RequestNeeds Read(ReadOnlySpan<byte> body, in JsonMembers members, in RequestFields fields, InferenceEndpoint endpoint)
    {
        var (needs, encoded) = (CatalogCapabilities.None, 0);
        if (endpoint is InferenceEndpoint.ChatCompletions or InferenceEndpoint.Messages or InferenceEndpoint.Responses)
        {
            var talk = fields.Positions[endpoint == InferenceEndpoint.Responses ? PolicyField.Input : PolicyField.Messages];
            if (talk >= 0) (needs, encoded) = ConversationParts.Read(Value(body, members, talk));
            if (IsFilledList(Value(body, members, fields.Positions[PolicyField.Tools])) || IsFilledList(Value(body, members, members.Find(body, "functions"u8)))) needs |= CatalogCapabilities.Tools;
            if (HasSchema(Value(body, members, members.Find(body, SchemaField(endpoint))))) needs |= CatalogCapabilities.JsonSchema;
            if (endpoint == InferenceEndpoint.ChatCompletions && Value(body, members, members.Find(body, "audio"u8)) is [(byte)'{', ..]) needs |= CatalogCapabilities.Audio;
        }

        return new(needs, Math.Max(1, (body.Length - encoded) / BytesPerToken), (fields.OutputBound ?? 0) / Math.Max(1, fields.Choices));
    }

    /// <summary>The field that asks for an answer by a schema.</summary>
    public static ReadOnlySpan<byte> SchemaField(InferenceEndpoint endpoint) => endpoint switch
    {
        InferenceEndpoint.Responses => "text"u8,
        InferenceEndpoint.Messages => "output_config"u8,
        _ => "response_format"u8,
    };

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> body, in JsonMembers members, int index) => index < 0 ? default : body[members[index].ValueStart..members[index].ValueEnd];

    private static bool IsFilledList(ReadOnlySpan<byte> value)
    {
        if (value is not [(byte)'[', ..]) return false;
        var reader = new Utf8JsonReader(value);
        reader.Read();
        reader.Read();
        return reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>The schema itself is not looked into: it has words like these of its own.</summary>
    private static bool HasSchema(ReadOnlySpan<byte> value)
    {
        if (value is not [(byte)'{', ..]) return false;
        var reader = new Utf8JsonReader(value);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            var isType = reader.ValueTextEquals("type"u8);
            if (!isType && !reader.ValueTextEquals("format"u8)) reader.Skip();
            else if (reader.Read() && isType && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("json_schema"u8)) return true;
        }

        return false;
    }
}
