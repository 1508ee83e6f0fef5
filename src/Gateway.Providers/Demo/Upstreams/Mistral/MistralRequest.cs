using System.Buffers;
using System.Text.Json;

namespace Gateway.Providers.Demo.Upstreams.Mistral;

/// <summary>From Mistral's request to the same in OpenAI's words, which the demo reads already.</summary>
internal static class MistralRequest
{
    public static DemoChatAsk? Read(DemoExchange exchange)
    {
        MistralExtraInputs.Refuse(exchange);
        if (NativeJson.Text(exchange.Body, "reasoning_effort") is not (null or "high" or "none")) exchange.Fail("Input should be 'high' or 'none'", "reasoning_effort");
        if (exchange.Problem is not null) return null;
        var output = new ArrayBufferWriter<byte>(exchange.Http.Body.Length);
        using (var json = new Utf8JsonWriter(output)) Write(json, exchange.Body);
        var read = DemoRequest.Read(output.WrittenSpan, NativeJson.Text(exchange.Body, "model") ?? "demo");
        if (!read.IsOk)
        {
            exchange.Fail(read.Error.Message, read.Error.Param);
            return null;
        }

        return NativeJson.Text(exchange.Body, "prompt_mode") == "reasoning" ? read.Value with { Think = true } : read.Value;
    }

    private static void Write(Utf8JsonWriter json, JsonElement body)
    {
        json.WriteStartObject();
        foreach (var member in body.EnumerateObject())
        {
            json.WritePropertyName(member.Name == "random_seed" ? "seed" : member.Name);
            if (member.Name == "tool_choice" && member.Value is { ValueKind: JsonValueKind.String } choice && choice.ValueEquals("any"u8)) json.WriteStringValue("required"u8);
            else if (member is { Name: "messages", Value.ValueKind: JsonValueKind.Array }) WriteMessages(json, member.Value);
            else member.Value.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void WriteMessages(Utf8JsonWriter json, JsonElement messages)
    {
        json.WriteStartArray();
        foreach (var message in messages.EnumerateArray())
        {
            if (NativeJson.Items(message, "content").Count == 0) message.WriteTo(json);
            else WriteMessage(json, message);
        }

        json.WriteEndArray();
    }

    /// <summary>Thoughts come back as parts of the content; they are not read again.</summary>
    private static void WriteMessage(Utf8JsonWriter json, JsonElement message)
    {
        json.WriteStartObject();
        foreach (var member in message.EnumerateObject())
        {
            json.WritePropertyName(member.Name);
            if (member.Name != "content")
            {
                member.Value.WriteTo(json);
                continue;
            }

            json.WriteStartArray();
            foreach (var part in member.Value.EnumerateArray().Where(static p => NativeJson.Text(p, "type") != "thinking")) WritePart(json, part);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>An image may be its address alone.</summary>
    private static void WritePart(Utf8JsonWriter json, JsonElement part)
    {
        if (NativeJson.Text(part, "image_url") is not { } url)
        {
            part.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WriteString("url"u8, url);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
