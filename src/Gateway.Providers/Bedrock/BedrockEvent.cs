using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Providers.Bedrock;

/// <summary>
/// Where the members of a stream's event stand in its bytes, flattened: what is in <c>start</c> and in <c>delta</c> have no names in common. What is not there is an empty range.
/// Nothing is copied.
/// </summary>
internal struct BedrockEvent
{
    /// <summary>Which member of a union is there: <c>text</c>, <c>toolUse</c>, <c>reasoningContent</c> …; without quotes.</summary>
    public Range Kind;

    /// <summary>Its value.</summary>
    public Range Value;

    /// <summary>Inside of it: JSON strings with their quotes and escapes.</summary>
    public Range Text, Signature, Redacted, Input, Id, Name, Type;

    /// <summary>JSON strings with their quotes and escapes.</summary>
    public Range StopReason;

    /// <summary>JSON values.</summary>
    public Range Usage, Trace, ModelFields;

    /// <param name="usage">Takes what the event reports.</param>
    /// <returns>False where the event is not one JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, ref BedrockUsage usage, out BedrockEvent read)
    {
        read = default;
        var reader = new Utf8JsonReader(data);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            read.Members(ref reader, data, ref usage);
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Members(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ref BedrockUsage usage)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("start"u8)) Union(ref reader, data);
            else if (reader.ValueTextEquals("stopReason"u8)) StopReason = String(ref reader, data);
            else if (reader.ValueTextEquals("usage"u8)) ReadUsage(ref reader, ref usage);
            else if (reader.ValueTextEquals("serviceTier"u8)) ReadTier(ref reader, ref usage);
            else if (reader.ValueTextEquals("trace"u8)) Trace = Any(ref reader);
            else if (reader.ValueTextEquals("additionalModelResponseFields"u8)) ModelFields = Any(ref reader);
            else reader.Skip();
        }
    }

    private void Union(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Kind = ((int)reader.TokenStartIndex + 1)..((int)reader.TokenStartIndex + 1 + reader.ValueSpan.Length);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (reader.TokenType == JsonTokenType.StartObject) Inner(ref reader, data);
            else reader.Skip();
            Value = start..(int)reader.BytesConsumed;
        }
    }

    private void Inner(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("text"u8)) Text = String(ref reader, data);
            else if (reader.ValueTextEquals("signature"u8)) Signature = String(ref reader, data);
            else if (reader.ValueTextEquals("redactedContent"u8)) Redacted = String(ref reader, data);
            else if (reader.ValueTextEquals("input"u8)) Input = String(ref reader, data);
            else if (reader.ValueTextEquals("toolUseId"u8)) Id = String(ref reader, data);
            else if (reader.ValueTextEquals("name"u8)) Name = String(ref reader, data);
            else if (reader.ValueTextEquals("type"u8)) Type = String(ref reader, data);
            else reader.Skip();
        }
    }

    private void ReadUsage(ref Utf8JsonReader reader, ref BedrockUsage usage)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (usage.Read(ref reader)) Usage = start..(int)reader.BytesConsumed;
    }

    private static void ReadTier(ref Utf8JsonReader reader, ref BedrockUsage usage)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (!isType || reader.TokenType != JsonTokenType.String) reader.Skip();
            else if (reader.ValueTextEquals("priority"u8)) usage.Tier = ServiceTier.Priority;
            else if (reader.ValueTextEquals("flex"u8)) usage.Tier = ServiceTier.Flex;
        }
    }

    private static Range String(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        var value = Any(ref reader);
        return data[value.Start] == '"' ? value : default;
    }

    private static Range Any(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }
}
