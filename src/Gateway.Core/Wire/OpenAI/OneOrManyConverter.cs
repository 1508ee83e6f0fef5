using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>A string or an array of strings.</summary>
internal sealed class OneOrManyConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return [reader.GetString()!];
        if (reader.TokenType != JsonTokenType.StartArray) throw Unexpected();
        var many = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            many.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Unexpected());
        return many;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var item in value) writer.WriteStringValue(item);
        writer.WriteEndArray();
    }

    private static WireFormatException Unexpected() => new("must be a string or an array of strings");
}
