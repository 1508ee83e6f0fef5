using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>Hints that a provider has a place for.</summary>
[Flags]
internal enum Hints
{
    None = 0,
    /// <summary>Where a prompt's cache may end: <c>cache_control</c> of a message, a part, a call or a tool.</summary>
    Cache = 1,
    /// <summary>How closely an image is looked at.</summary>
    ImageDetail = 2,
    FileName = 4,
    /// <summary>What a schema of the answer is for.</summary>
    SchemaDescription = 8,
    /// <summary>What a model of Cohere's was about to do with its tools.</summary>
    ToolPlan = 16,
}

/// <summary>
/// What of a chat request is left out where a provider has no place for it, as the answer is as valid without: it is named, once for all the messages that have it. None of the providers that are
/// translated for has a place for a message's <c>name</c>.
/// </summary>
internal static class ChatHints
{
    public const string CacheControl = "cache_control";

    /// <summary>In a part of a message.</summary>
    public const string CacheOfPart = "messages[].content[]." + CacheControl;

    /// <param name="carried">What the provider has a place for.</param>
    public static void NameLost(ChatRequest request, Hints carried, RequestFit fit)
    {
        var caches = carried.HasFlag(Hints.Cache);
        for (var i = 0; i < (request.Messages?.Count ?? 0); i++)
        {
            if (request.Messages![i] is { } message) OfMessage(message, carried, caches, fit);
        }

        for (var i = 0; !caches && i < (request.Tools?.Count ?? 0); i++)
        {
            if (Has(request.Tools![i]?.Rest, CacheControl)) fit.Drop("tools[]." + CacheControl);
            if (Has(request.Tools[i]?.Function?.Rest, CacheControl)) fit.Drop("tools[].function." + CacheControl);
        }

        if (!carried.HasFlag(Hints.SchemaDescription) && Has(request.ResponseFormat?.JsonSchema?.Rest, "description")) fit.Drop("response_format.json_schema.description");
    }

    /// <summary>Nothing is lost of what asks for nothing.</summary>
    public static bool IsSaid(JsonElement value) => value.ValueKind != JsonValueKind.Null && !(value.ValueKind == JsonValueKind.String && (value.ValueEquals(""u8) || value.ValueEquals("auto"u8)));

    private static void OfMessage(ChatMessage message, Hints carried, bool caches, RequestFit fit)
    {
        // A result's is the function's, which the call has too.
        if (message.Role != "tool" && Has(message.Rest, "name")) fit.Drop("messages[].name");
        if (!carried.HasFlag(Hints.ToolPlan) && Has(message.Rest, "tool_plan")) fit.Drop("messages[].tool_plan");
        if (!caches && Has(message.Rest, CacheControl)) fit.Drop("messages[]." + CacheControl);
        for (var i = 0; !caches && i < (message.ToolCalls?.Count ?? 0); i++)
        {
            if (Has(message.ToolCalls![i]?.Rest, CacheControl)) fit.Drop("messages[].tool_calls[]." + CacheControl);
        }

        for (var i = 0; i < (message.Content?.Parts?.Count ?? 0); i++)
        {
            if (message.Content!.Parts![i] is not { Rest: { } part }) continue;
            if (!caches && Has(part, CacheControl)) fit.Drop(CacheOfPart);
            if (!carried.HasFlag(Hints.ImageDetail) && IsSaid(JsonFields.Object(part, "image_url"), "detail")) fit.Drop("messages[].content[].image_url.detail");
            if (!carried.HasFlag(Hints.FileName) && IsSaid(JsonFields.Object(part, "file"), "filename")) fit.Drop("messages[].content[].file.filename");
        }
    }

    private static bool Has(Dictionary<string, JsonElement>? rest, string name) => rest is not null && rest.TryGetValue(name, out var value) && IsSaid(value);

    private static bool IsSaid(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && IsSaid(value);
}
