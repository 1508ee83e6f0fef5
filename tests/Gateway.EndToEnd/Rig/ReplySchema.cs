using System.Text;
using System.Text.Json;
using Gateway.TestSupport;

namespace Gateway.EndToEnd.Rig;

/// <summary>OpenAI's published schema where it is at hand (<c>GATEWAY_SHARED</c>); without it replies are checked for being JSON, and errors for their shape.</summary>
internal static class ReplySchema
{
    public const string Error = "ErrorResponse";

    private static readonly bool Published = OpenAISchema.IsAvailable(out _);

    /// <returns>What does not fit.</returns>
    public static IReadOnlyList<string> Validate(string name, string json, JsonElement value)
    {
        if (name == Error && value.GetProperty("error") is var error)
            foreach (var field in (string[])["message", "type", "param", "code"])
                if (!error.TryGetProperty(field, out _))
                    return [$"error.{field} is missing"];
        return Published ? OpenAISchema.Validate(name, Encoding.UTF8.GetBytes(json)) : [];
    }
}
