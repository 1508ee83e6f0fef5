using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>One input or several, each a text or a list of token ids: the <c>prompt</c> of a completion, the <c>input</c> of an embedding.</summary>
[JsonConverter(typeof(CompletionInputConverter))]
public sealed record CompletionInput(IReadOnlyList<CompletionInputItem> Items);

/// <summary>Exactly one of the two is set.</summary>
public readonly record struct CompletionInputItem(string? Text, IReadOnlyList<int>? Tokens);

/// <summary>Reads the four forms: a string, an array of strings, an array of integers, an array of arrays of integers.</summary>
internal sealed class CompletionInputConverter : JsonConverter<CompletionInput>
{
    public override CompletionInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return new([new(reader.GetString(), null)]);
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read()) throw Unexpected();
        return reader.TokenType == JsonTokenType.Number ? new([new(null, Tokens(ref reader))]) : new(Items(ref reader));
    }

    public override void Write(Utf8JsonWriter writer, CompletionInput value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var item in value.Items)
        {
            if (item.Tokens is null) writer.WriteStringValue(item.Text);
            else JsonSerializer.Serialize(writer, item.Tokens, OpenAIJson.Default.IReadOnlyListInt32);
        }

        writer.WriteEndArray();
    }

    /// <summary>From the first item to the end of the array.</summary>
    private static List<CompletionInputItem> Items(ref Utf8JsonReader reader)
    {
        var items = new List<CompletionInputItem>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String && (items.Count == 0 || items[0].Text is not null))
                items.Add(new(reader.GetString(), null));
            else if (reader.TokenType == JsonTokenType.StartArray && (items.Count == 0 || items[0].Tokens is not null) && reader.Read())
                items.Add(new(null, Tokens(ref reader)));
            else
                throw Unexpected();
        }

        return items;
    }

    private static List<int> Tokens(ref Utf8JsonReader reader)
    {
        var tokens = new List<int>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
            tokens.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var token) && token >= 0 ? token : throw Unexpected());
        return tokens;
    }

    private static WireFormatException Unexpected() => new("must be a string, an array of strings, an array of token ids, or an array of such arrays");
}
