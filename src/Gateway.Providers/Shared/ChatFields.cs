using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>The members of a chat request that <see cref="ChatRequest"/> has no name for: OpenAI's own, which a provider serves or not, and the provider's own, which pass through.</summary>
internal static class ChatFields
{
    /// <summary>For OpenAI's records and caches: the answer is the same without them.</summary>
    private static readonly HashSet<string> Bookkeeping = ["metadata", "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "store", "user"];

    /// <summary>Change the answer.</summary>
    private static readonly HashSet<string> OfOpenAI =
    [
        "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "prediction", "presence_penalty", "reasoning_effort", "service_tier", "top_logprobs", "verbosity",
        "web_search_options",
    ];

    /// <summary>The member's value, where it asks for anything.</summary>
    public static JsonElement? Find(ChatRequest request, string name) =>
        request.Rest is { } rest && rest.TryGetValue(name, out var value) && !IsNeutral(name, value) ? value : null;

    /// <summary>A text member; null where there is none.</summary>
    public static string? Text(ChatRequest request, string name) =>
        Find(request, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Reports what of OpenAI's members, named ones too, asks for something and is not among <paramref name="served"/>.</summary>
    /// <returns>The provider's own members, to be sent as they are.</returns>
    public static IReadOnlyList<KeyValuePair<string, JsonElement>> Sort(ChatRequest request, RequestFit fit, params ReadOnlySpan<string> served)
    {
        if (request.N > 1 && !served.Contains("n")) fit.Unserved("n");
        if (request.Seed is not null && !served.Contains("seed")) fit.Unserved("seed");
        if (request.Logprobs == true && !served.Contains("logprobs")) fit.Unserved("logprobs");
        if (request.Modalities is { } modalities && modalities.Any(static m => m != "text") && !served.Contains("modalities")) fit.Unserved("modalities");
        if (request.Rest is null) return [];
        List<KeyValuePair<string, JsonElement>>? own = null;
        foreach (var (name, value) in request.Rest)
        {
            if (name == "model" || Bookkeeping.Contains(name) || served.Contains(name) || value.ValueKind == JsonValueKind.Null) continue;
            if (name == ChatHints.CacheControl) fit.Drop(name);
            else if (!OfOpenAI.Contains(name)) (own ??= []).Add(new(name, value));
            else if (!IsNeutral(name, value) && !(name == "service_tier" && value.ValueKind == JsonValueKind.String && value.ValueEquals("default"u8))) fit.Unserved(name);
        }

        return own ?? [];
    }

    /// <summary>A value that asks for what happens without it.</summary>
    private static bool IsNeutral(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Number => value.TryGetDouble(out var number) && number == 0,
        JsonValueKind.String => value.ValueEquals("auto"u8),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => value.GetPropertyCount() == 0 && name != "web_search_options",   // by itself it asks for a search
        _ => false,
    };
}
