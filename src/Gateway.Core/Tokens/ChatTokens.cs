using System.Text.Json;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Core.Tokens;

/// <summary>Counts the prompt tokens of a chat request: its messages, tools and answer format, and what the model's template puts around them (<see cref="ChatFormula"/>).</summary>
internal static class ChatTokens
{
    /// <param name="reader">At the request's opening brace.</param>
    public static TokenCount Count(ReadOnlySpan<byte> body, ref Utf8JsonReader reader, ref JsonTokens json, ChatFormula formula)
    {
        var messages = default(MessageTokens);
        var tools = default(ByteRange);
        long tokens = formula.Answer;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonCursor.Is(ref reader, "messages"u8)) messages = MessageTokens.OfAll(ref reader, ref json, formula);
            else if (JsonCursor.Is(ref reader, "tools"u8) || JsonCursor.Is(ref reader, "functions"u8)) tools = JsonCursor.TakeUnlessNull(ref reader);
            else if (JsonCursor.Is(ref reader, "tool_choice"u8) || JsonCursor.Is(ref reader, "function_call"u8)) tokens += Choice(ref reader, ref json, formula);
            else if (JsonCursor.Is(ref reader, "response_format"u8)) tokens += Format(body, ref reader, ref json);
            else JsonCursor.TakeValue(ref reader);
        }

        tokens += messages.Tokens + Tools(tools.Of(body), messages.HasSystem, ref json, formula);
        return new(tokens, messages.Uncounted);
    }

    private static long Tools(ReadOnlySpan<byte> tools, bool hasSystem, ref JsonTokens json, ChatFormula formula)
    {
        if (tools.IsEmpty || tools[0] != '[') return 0;
        var around = hasSystem ? formula.ToolsWithSystem : formula.Tools;
        if (formula.ToolsAsJson) return tools[1..].TrimStart(" \r\n\t"u8)[0] == ']' ? 0 : around + json.Of(tools);
        var text = new PooledText();
        try
        {
            return ToolText.Write(tools, ref text) == 0 ? 0 : around + json.Of(text.Written);
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary><c>none</c> is a token; a named tool is its name and a little; anything else is nothing.</summary>
    private static long Choice(ref Utf8JsonReader reader, ref JsonTokens json, ChatFormula formula)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return JsonCursor.Is(ref reader, "none"u8) ? 1 : 0;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return 0;
        }

        long tokens = 0;
        for (var depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !JsonCursor.Is(ref reader, "name"u8)) continue;
            reader.Read();
            tokens = formula.NamedTool + json.OfString(ref reader);
        }

        return tokens;
    }

    /// <summary>The schema of the answer, counted as it stands in the request.</summary>
    private static long Format(ReadOnlySpan<byte> body, ref Utf8JsonReader reader, ref JsonTokens json)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return 0;
        }

        long tokens = 0;
        for (var depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
        {
            if (reader.TokenType == JsonTokenType.PropertyName && JsonCursor.Is(ref reader, "schema"u8))
                tokens += json.Of(JsonCursor.TakeUnlessNull(ref reader).Of(body));
        }

        return tokens;
    }
}
