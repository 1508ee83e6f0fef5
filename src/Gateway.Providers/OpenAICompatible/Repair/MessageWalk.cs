using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Providers.OpenAICompatible.Repair;

/// <summary>The part of the walk within a choice's <c>message</c> or <c>delta</c>.</summary>
internal sealed class MessageWalk(bool stream)
{
    private readonly ContentParts _parts = new();
    private readonly ToolCallIndexes _indexes = new();

    /// <summary>The choice's number.</summary>
    public int Choice { get; set; }

    /// <param name="reader">At the member's name; afterwards at its value's end.</param>
    public void Look(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, RepairPlan plan)
    {
        if (reader.Value() != JsonTokenType.StartObject)
        {
            var (start, end) = reader.Whole();
            plan.Replace(start, end).Write(stream ? "{}"u8 : "{\"role\":\"assistant\",\"content\":null}"u8);
            return;
        }

        bool hasRole = false, hasContent = false, isFirst = true;
        while (reader.NextMember())
        {
            isFirst = false;
            var (isContent, isTools) = (reader.Is("content"u8), reader.Is("tool_calls"u8));
            (hasRole, hasContent) = (hasRole | reader.Is("role"u8), hasContent | isContent);
            var isList = reader.Value() == JsonTokenType.StartArray;
            if (isContent && isList) _parts.Look(json, ref reader, plan);
            else if (isTools && isList) ToolCalls(json, ref reader, plan);
            else reader.Skip();
        }

        if (stream) return;
        if (!hasRole) plan.AddMember(reader.At(), ref isFirst).Write("\"role\":\"assistant\""u8);
        if (!hasContent) plan.AddMember(reader.At(), ref isFirst).Write("\"content\":null"u8);
    }

    private void ToolCalls(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, RepairPlan plan)
    {
        while (reader.NextElement())
        {
            if (reader.TokenType == JsonTokenType.StartObject) ToolCall(json, ref reader, plan);
            else reader.Skip();
        }
    }

    private void ToolCall(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, RepairPlan plan)
    {
        int? index = null;
        bool hasType = false, isFirst = true;
        ReadOnlySpan<byte> id = default;
        while (reader.NextMember())
        {
            isFirst = false;
            var (isType, isId, isIndex, isFunction) = (reader.Is("type"u8), reader.Is("id"u8), reader.Is("index"u8), reader.Is("function"u8));
            reader.Read();
            if (isIndex && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var given)) index = given;
            if (isId && reader.TokenType == JsonTokenType.String) id = reader.ValueSpan;
            if (isType) hasType = Type(ref reader, plan);
            else if (isFunction && reader.TokenType == JsonTokenType.StartObject) Function(json, ref reader, plan);
            else reader.Skip();
        }

        // Pieces after a call's first have no type with OpenAI either.
        if (!hasType && (!stream || !id.IsEmpty)) plan.AddMember(reader.At(), ref isFirst).Write("\"type\":\"function\""u8);
        if (!stream) return;
        if (index is { } known) _indexes.Saw(Choice, known, id);
        else plan.AddMember(reader.At(), ref isFirst).Write("\"index\":"u8).Write(Encoding.ASCII.GetBytes(_indexes.Of(Choice, id).ToString(CultureInfo.InvariantCulture)));
    }

    private static bool Type(ref Utf8JsonReader reader, RepairPlan plan)
    {
        var isText = reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty;
        var (start, end) = reader.Whole();
        if (!isText) plan.Replace(start, end).Write("\"function\""u8);
        return true;
    }

    /// <summary>Arguments are a text that holds JSON; Mistral's specification allows an object too.</summary>
    private static void Function(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, RepairPlan plan)
    {
        while (reader.NextMember())
        {
            var isArguments = reader.Is("arguments"u8);
            var isObject = reader.Value() == JsonTokenType.StartObject;
            var (start, end) = reader.Whole();
            if (isArguments && isObject && Utf8.IsValid(json[start..end])) plan.Replace(start, end).Write("\""u8).Write(JsonEncodedText.Encode(json[start..end]).EncodedUtf8Bytes).Write("\""u8);
        }
    }
}
