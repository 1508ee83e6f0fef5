using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>Reading a record from within a converter, so that an error still says where.</summary>
internal static class Nested
{
    public static T? Read<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(ref reader, type);
        }
        catch (JsonException e)
        {
            throw WireFormatException.From(e);
        }
    }
}
