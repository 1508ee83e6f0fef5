using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>
/// Members of messages, of their parts and of their calls that do not reach the provider: those that chat does not know, and those that the provider has no place for. Many clients send such along (a
/// framework's notes, what another gateway adds), so that they are no reason to refuse a request. Parts of types that chat does not have are the provider's own, and not looked into.
/// </summary>
internal readonly struct LostMembers(Hints carried, RequestFit fit)
{
    private const string Message = "messages[]", Part = "messages[].content[]", Call = "messages[].tool_calls[]";

    public void Name(ChatMessage message)
    {
        if (message is { Role: not "tool", ToolCallId.Length: > 0 }) fit.Drop(Message + ".tool_call_id");
        if (message.Rest is { } rest)
        {
            foreach (var (name, value) in rest)
            {
                if (!Reaches(name, message)) fit.Lose(Message, name, value);
            }
        }

        for (var i = 0; i < (message.Content?.Parts?.Count ?? 0); i++)
        {
            if (message.Content!.Parts![i] is { } part) Name(part);
        }

        for (var i = 0; i < (message.ToolCalls?.Count ?? 0); i++)
        {
            if (message.ToolCalls![i] is { } call) Name(call);
        }
    }

    private bool Reaches(string name, ChatMessage message) => name switch
    {
        "name" or ToolFailure.Member => message.Role == "tool",   // a result's name is the function's, which the call has too
        ChatHints.CacheControl => carried.HasFlag(Hints.Cache),
        "tool_plan" => carried.HasFlag(Hints.ToolPlan),
        _ => message.Role == "assistant" && ReachesFromAnswer(name, message),
    };

    /// <summary>Beside what goes back, an answer has records that say nothing to a model.</summary>
    private bool ReachesFromAnswer(string name, ChatMessage message) => name switch
    {
        ThoughtBlocks.Member => carried.HasFlag(Hints.Thoughts),   // which of them are lost is said where they are sorted
        "reasoning_content" => IsThoughtThere(message),
        "images" => carried.HasFlag(Hints.Images),
        ReplyJson.ProviderBlocks or "extra_content" or "annotations" or "citations" or "audio" or "content_parts" or "parsed" => true,
        "grounding_metadata" or "citation_metadata" or "url_context_metadata" or "safety_ratings" => true,
        _ => false,
    };

    /// <summary>Whether what was thought reaches the provider as text, or is said once more by what is signed.</summary>
    private bool IsThoughtThere(ChatMessage message) =>
        carried.HasFlag(Hints.Reasoning)
        || (carried.HasFlag(Hints.ReasoningOfCalls) && message.ToolCalls is { Count: > 0 })
        || (carried.HasFlag(Hints.Signatures) && (Has(message.Rest, "extra_content") || (message.ToolCalls is { Count: > 0 } calls && Has(calls[0]?.Rest, "extra_content"))))
        || Has(message.Rest, ThoughtBlocks.Member);

    private static bool Has(Dictionary<string, JsonElement>? rest, string name) => rest is not null && rest.TryGetValue(name, out var value) && ChatHints.IsSaid(value);

    private void Name(ChatContentPart part)
    {
        if (part.Type is not ("text" or "refusal" or "image_url" or "input_audio" or "file") && !(part.Type == "video_url" && carried.HasFlag(Hints.Videos))) return;
        if (part is { Type: not "text", Text.Length: > 0 }) fit.Drop(Part + ".text");
        if (part is { Type: not "refusal", Refusal.Length: > 0 }) fit.Drop(Part + ".refusal");
        if (part.Rest is not { } rest) return;
        foreach (var (name, value) in rest)
        {
            if (name == part.Type) NameInside(name, value);
            else if (name != ChatHints.CacheControl || !carried.HasFlag(Hints.Cache)) fit.Lose(Part, name, value);
        }
    }

    private void NameInside(string type, JsonElement media)
    {
        if (media.ValueKind != JsonValueKind.Object) return;
        foreach (var member in media.EnumerateObject())
        {
            if (!IsRead(type, member, media)) fit.Lose($"{Part}.{type}", member.Name, member.Value);
        }
    }

    private bool IsRead(string type, JsonProperty member, JsonElement media) => type switch
    {
        "file" => IsReadOfFile(member, media),
        "input_audio" => member.NameEquals("data"u8) || member.NameEquals("format"u8),
        _ => member.NameEquals("url"u8)
            || (member.NameEquals("detail"u8) && type == "image_url" && carried.HasFlag(Hints.ImageDetail))
            || (member.NameEquals("format"u8) && carried.HasFlag(Hints.MediaType)),
    };

    /// <summary>Of a file that is there in several forms, the data is sent, else the address.</summary>
    private bool IsReadOfFile(JsonProperty member, JsonElement file)
    {
        if (member.NameEquals("filename"u8)) return carried.HasFlag(Hints.FileName);
        if (member.NameEquals("format"u8)) return carried.HasFlag(Hints.MediaType);
        if (member.NameEquals("file_url"u8)) return !HasText(file, "file_data"u8);
        if (member.NameEquals("file_id"u8)) return !HasText(file, "file_data"u8) && !HasText(file, "file_url"u8);
        return member.NameEquals("file_data"u8);
    }

    private static bool HasText(JsonElement of, ReadOnlySpan<byte> name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;

    private void Name(ChatToolCall call)
    {
        if (call.Rest is { } rest)
        {
            foreach (var (name, value) in rest)
            {
                // The index is of a stream's call; what Gemini wants back with one is no loss to others.
                if (name is not ("extra_content" or "index") && (name != ChatHints.CacheControl || !carried.HasFlag(Hints.Cache))) fit.Lose(Call, name, value);
            }
        }

        if (call.Function?.Rest is not { } inside) return;
        foreach (var (name, value) in inside)
        {
            if (name != "parsed_arguments") fit.Lose(Call + ".function", name, value);   // the SDKs' copy
        }
    }
}
