using System.Text;
using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Cache.Semantic;

/// <summary>
/// What two requests may differ in and still mean the same: the text of the user's last message. All before it (system prompt, tools, the conversation so far, images in that message) and every parameter
/// has to be the same.
/// </summary>
internal sealed class SemanticText
{
    /// <summary>Bytes. Longer texts are hardly asked twice in other words, and embedding models cut them.</summary>
    private const int Longest = 8 * 1024;

    private readonly List<(int Start, int End)> _places = [];
    private readonly StringBuilder _text = new();

    /// <summary>Its parts, on lines of their own.</summary>
    public string Text => _text.ToString();

    /// <summary>Where the text stands in the body: JSON strings, quotes included.</summary>
    public IReadOnlyList<(int Start, int End)> Places => _places;

    /// <returns>Null where the request does not end in words of the user's.</returns>
    public static SemanticText? Of(Call call)
    {
        var body = call.Body.Span;
        var name = MemberOf(call.Endpoint);
        var index = name.IsEmpty ? -1 : call.Members.Find(body, name);
        if (index < 0) return null;
        var member = call.Members[index];
        var found = new SemanticText();
        found.Read(body[member.ValueStart..member.ValueEnd], member.ValueStart);
        var length = found._places.Sum(static p => p.End - p.Start - 2);
        return length is > 0 and <= Longest ? found : null;
    }

    private static ReadOnlySpan<byte> MemberOf(InferenceEndpoint endpoint) => endpoint switch
    {
        InferenceEndpoint.ChatCompletions or InferenceEndpoint.Messages => "messages"u8,
        InferenceEndpoint.Responses => "input"u8,
        InferenceEndpoint.Completions => "prompt"u8,
        _ => default,
    };

    /// <param name="value">A text, or a list whose last element is a message.</param>
    /// <param name="offset">Of the value in the body.</param>
    private void Read(ReadOnlySpan<byte> value, int offset)
    {
        var reader = new Utf8JsonReader(value);
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) Take(ref reader, offset);
        if (reader.TokenType != JsonTokenType.StartArray) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Forget();
            if (reader.TokenType != JsonTokenType.StartObject) reader.Skip();
            else if (!ReadMessage(ref reader, offset)) Forget();
        }
    }

    /// <returns>Whether it is the user's.</returns>
    private bool ReadMessage(ref Utf8JsonReader reader, int offset)
    {
        var isUser = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var (isRole, isContent) = (reader.ValueTextEquals("role"u8), reader.ValueTextEquals("content"u8));
            reader.Read();
            if (isRole) isUser = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("user"u8);
            if (isContent && reader.TokenType == JsonTokenType.String) Take(ref reader, offset);
            else if (isContent && reader.TokenType == JsonTokenType.StartArray) ReadParts(ref reader, offset);
            else reader.Skip();
        }

        return isUser;
    }

    private void ReadParts(ref Utf8JsonReader reader, int offset)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var isText = reader.ValueTextEquals("text"u8);
                reader.Read();
                if (isText && reader.TokenType == JsonTokenType.String) Take(ref reader, offset);
                else reader.Skip();
            }
        }
    }

    private void Take(ref Utf8JsonReader reader, int offset)
    {
        _places.Add((offset + (int)reader.TokenStartIndex, offset + (int)reader.BytesConsumed));
        if (_text.Length > 0) _text.Append('\n');
        _text.Append(reader.GetString());
    }

    private void Forget()
    {
        _places.Clear();
        _text.Clear();
    }
}
