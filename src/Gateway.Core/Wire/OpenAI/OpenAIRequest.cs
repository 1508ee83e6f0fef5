using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gateway.Core.Errors;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>Reads a client's request into its record; a value of the wrong type is an answer to the client, not an exception.</summary>
public static class OpenAIRequest
{
    public static Outcome<T> Read<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) is { } request ? request : Invalid("The body must be a JSON object.", null);
        }
        catch (JsonException e)
        {
            var field = Field(e.Path);
            return Invalid(field is null ? "The body is not a well-formed request." : $"'{field}' {(e as WireFormatException)?.Expectation ?? "has a value of the wrong type"}.", field);
        }
    }

    /// <summary>A 400 that blames a field.</summary>
    public static GatewayError Invalid(string message, string? field) => new(ErrorKind.InvalidRequest, message, field);

    /// <summary><c>$.messages[0].content</c> as the client would write it: <c>messages[0].content</c>.</summary>
    private static string? Field(string? path) => path is ['$', '.', .. var field] ? field : null;
}
