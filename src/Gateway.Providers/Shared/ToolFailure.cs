using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>Whether a tool failed, which OpenAI's format has no place for: <c>is_error</c> of a tool's message is the hub's own.</summary>
internal static class ToolFailure
{
    public const string Member = "is_error";

    public static bool Is(ChatMessage message) => message.Rest is { } rest && rest.TryGetValue(Member, out var failed) && failed.ValueKind == JsonValueKind.True;

    /// <summary>For a provider that has no place for it either: the text begins with it, unless it says so itself.</summary>
    public static string Said(string text) => text.StartsWith("Error", StringComparison.OrdinalIgnoreCase) ? text : "Error: " + text;
}
