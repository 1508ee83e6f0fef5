using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>The form that an answer must have, in one of OpenAI's ways to say it.</summary>
internal static class ChatFormats
{
    /// <summary>A schema beside <c>json_object</c>, as several servers of OpenAI's format take it, asks for what <c>json_schema</c> does.</summary>
    public static ChatResponseFormat? Of(ChatRequest request, RequestFit fit)
    {
        if (request.ResponseFormat is not { Type: "json_object", Rest: { } rest } format || !rest.TryGetValue("schema", out var schema) || schema.ValueKind == JsonValueKind.Null) return request.ResponseFormat;
        if (schema.ValueKind == JsonValueKind.Object) return new() { Type = "json_schema", JsonSchema = new() { Schema = schema } };
        fit.Fail("'response_format.schema' must be a JSON schema.", "response_format.schema");
        return format;
    }
}
