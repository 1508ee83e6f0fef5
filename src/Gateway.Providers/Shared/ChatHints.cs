using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>What of a chat request's inside only some providers have a place for.</summary>
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
    /// <summary>Signed thoughts (<see cref="ThoughtBlocks"/>).</summary>
    Thoughts = 32,
    /// <summary>Thoughts as text.</summary>
    Reasoning = 64,
    /// <summary>The same, of a turn that called tools.</summary>
    ReasoningOfCalls = 128,
    /// <summary>Thoughts inside the signatures of <c>extra_content</c>.</summary>
    Signatures = 256,
    /// <summary>Images that the model made.</summary>
    Images = 512,
    Videos = 1024,
    /// <summary>The type of a file, said beside its address.</summary>
    MediaType = 2048,
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
        var messages = new LostMembers(carried, fit);
        for (var i = 0; i < (request.Messages?.Count ?? 0); i++)
        {
            if (request.Messages![i] is { } message) messages.Name(message);
        }

        var options = new LostOptions(carried, fit);
        for (var i = 0; i < (request.Tools?.Count ?? 0); i++)
        {
            if (request.Tools![i] is { Type: "function" } tool) options.Name(tool);
        }

        if (request.ToolChoice?.Detailed is { Type: "function" } choice) options.Name(choice);
        if (request.ResponseFormat is { } format) options.Name(format);
    }

    /// <summary>Nothing is lost of what asks for nothing.</summary>
    public static bool IsSaid(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => !value.ValueEquals(""u8) && !value.ValueEquals("auto"u8),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().MoveNext(),
        _ => true,
    };

    /// <summary>Names what of an object's members nobody reads.</summary>
    /// <param name="place">Of the object.</param>
    public static void Lose(this RequestFit fit, string place, string name, JsonElement value)
    {
        if (IsSaid(value)) fit.Drop($"{place}.{name}");
    }
}
