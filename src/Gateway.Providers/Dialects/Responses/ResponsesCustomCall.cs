using System.Text;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>A call of a custom tool, which chat knows as a function with one text argument.</summary>
internal static class ResponsesCustomCall
{
    /// <summary>Puts the text itself in the place of the arguments. What a model wrote that does not look like them is the text.</summary>
    public static void Unwrap(ResponsesItem item)
    {
        var arguments = Encoding.UTF8.GetBytes(JsonText.Decode(item.Text.Json));
        if (Input(arguments) is not { IsEmpty: false } input) return;
        item.Text.Return();
        item.Text.Add(input);
    }

    /// <returns>A JSON string; empty where the bytes are no object that has it.</returns>
    private static ReadOnlySpan<byte> Input(ReadOnlySpan<byte> arguments)
    {
        var input = default(Range);
        try
        {
            var reader = new Utf8JsonReader(arguments, JsonCursor.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (JsonCursor.Is(ref reader, "input"u8)) input = JsonPlaces.String(ref reader);
                else reader.Skip();
            }

            return reader.Read() ? default : arguments[input];
        }
        catch (JsonException)
        {
            return default;   // the model's own way of writing: taken as it is
        }
    }
}
