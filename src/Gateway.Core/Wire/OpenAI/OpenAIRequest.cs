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
            if (e.Path is not ['$', '.', .. var field]) return Invalid("The body is not a well-formed request.", null);
            var format = e as WireFormatException;
            field += format?.Below; // as the client would write it: messages[0].content
            return Invalid($"'{field}' {format?.Expectation ?? WireFormatException.WrongType}.", field);
        }
    }

    /// <summary>A 400 that blames a field.</summary>
    public static GatewayError Invalid(string message, string? field) => new(ErrorKind.InvalidRequest, message, field);
}
