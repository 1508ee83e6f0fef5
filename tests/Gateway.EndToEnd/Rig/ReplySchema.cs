using System.Text.Json;

namespace Gateway.EndToEnd.Rig;

/// <summary>The published schema, where it is at hand; without it replies are checked for being JSON and errors for their shape.</summary>
internal static class ReplySchema
{
    /// <returns>What does not fit.</returns>
    public static IReadOnlyList<string> Validate(string name, JsonElement value)
    {
        if (name == "ErrorResponse")
        {
            var error = value.GetProperty("error");
            return [.. new[] { "message", "type", "param", "code" }.Where(field => !error.TryGetProperty(field, out _)).Select(field => $"error.{field} is missing")];
        }

        return [];
    }
}
