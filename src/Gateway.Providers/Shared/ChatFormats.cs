using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>The form that an answer must have, in one of OpenAI's ways to say it.</summary>
internal static class ChatFormats
{
    /// <summary>A schema beside <c>json_object</c>, as several servers of OpenAI's format take it (<c>schema</c>) and Cohere (<c>json_schema</c>), asks for what <c>json_schema</c> does.</summary>
    public static ChatResponseFormat? Of(ChatRequest request, RequestFit fit)
    {
        if (request.ResponseFormat is { Type: "json_object", JsonSchema: { } beside } && (beside.Schema is not null || beside.Rest is { Count: > 0 })) return new() { Type = "json_schema", JsonSchema = Whole(beside) };
        if (request.ResponseFormat is not { Type: "json_object", Rest: { } rest } format || !rest.TryGetValue("schema", out var schema) || schema.ValueKind == JsonValueKind.Null) return request.ResponseFormat;
        if (schema.ValueKind == JsonValueKind.Object) return new() { Type = "json_schema", JsonSchema = new() { Schema = schema } };
        fit.Fail("'response_format.schema' must be a JSON schema.", "response_format.schema");
        return format;
    }

    /// <summary>What is no schema with a name is a schema itself: Cohere's own form.</summary>
    private static ChatJsonSchema Whole(ChatJsonSchema beside)
    {
        if (beside.Schema is not null || beside.Rest is not { } members) return beside;
        var schema = RequestJson.Write(members, 512, static (json, members) =>
        {
            foreach (var (name, value) in members)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        });
        return new() { Schema = JsonElement.Parse(schema.Span) };
    }
}
