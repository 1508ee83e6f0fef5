using System.Buffers;
using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Providers.Anthropic;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>
/// A conversation that another provider had a part in, for one that speaks the dialect itself: it refuses thoughts that it did not sign, encrypted ones that are a memory of ours, images that
/// a model made, web pages that it did not find, ids with other characters than its own have, and to think on in a turn that calls tools and does not begin with a thought.
/// </summary>
internal sealed class MessagesNative
{
    private bool _changed;
    private bool _leavesThinking;
    private readonly List<string> _dropped = [];

    private static readonly SearchValues<byte> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"u8);

    /// <returns>Null where there is nothing of the kind, and the client's bytes can be sent.</returns>
    public static NativeForm? Of(ReadOnlySpan<byte> body)
    {
        if (!MayBeForeign(body)) return null;
        var reader = new Utf8JsonReader(body);
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            if (ClientFields.Member(document.RootElement, "messages") is not { ValueKind: JsonValueKind.Array }) return null;
            var native = new MessagesNative { _leavesThinking = MessagesThoughts.AreMissing(document.RootElement, IsForeignAnswer) };
            var written = RequestJson.Write((native, document.RootElement), body.Length, static (json, state) => state.native.Write(json, state.RootElement));
            return native._changed || native._leavesThinking ? new NativeForm(written, native._dropped) : null;
        }
        catch (JsonException)
        {
            return null;   // the provider will say what it thinks of it
        }
    }

    /// <summary>
    /// By searches alone: most bodies have nothing of the kind, and are long. Every call has a result, so that looking at those is enough; an id that is not of Anthropic's making is another
    /// provider's, whose calls may lack thoughts.
    /// </summary>
    private static bool MayBeForeign(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"gateway."u8) >= 0) return true;
        if (HasEmpty(body, "\"signature\""u8) || HasEmpty(body, "\"encrypted_index\""u8)) return true;
        for (var rest = body; TryNext(ref rest, "\"tool_use_id\""u8, out var id);)
        {
            if (id.ContainsAnyExcept(IdCharacters) || !(id.StartsWith("toolu_"u8) || id.StartsWith("srvtoolu_"u8))) return true;
        }

        return false;
    }

    private static bool HasEmpty(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        for (var rest = body; TryNext(ref rest, name, out var value);)
        {
            if (value.IsEmpty) return true;
        }

        return false;
    }

    /// <summary>The inside of the next string with that name, up to its first escape.</summary>
    private static bool TryNext(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = "-"u8;
        var at = rest.IndexOf(name);
        if (at < 0) return false;
        rest = rest[(at + name.Length)..].TrimStart(" \t\r\n:"u8);
        if (rest.IsEmpty || rest[0] != '"') return true;
        rest = rest[1..];
        var end = rest.IndexOf((byte)'"');
        value = end < 0 ? rest : rest[..end];
        return true;
    }

    private void Write(Utf8JsonWriter json, JsonElement request)
    {
        foreach (var member in request.EnumerateObject())
        {
            if (member.Name == "messages") WriteMessages(json, member.Value);
            else if (_leavesThinking && member.Name == "thinking") _dropped.Add(member.Name);
            else if (_leavesThinking && MessagesThoughts.AreCleared(member)) WriteWithoutClearing(json, member);
            else member.WriteTo(json);
        }
    }

    /// <summary>An edit of thoughts is refused where there are to be none.</summary>
    private void WriteWithoutClearing(Utf8JsonWriter json, JsonProperty management)
    {
        _dropped.Add(management.Name);
        json.WriteStartObject(management.Name);
        foreach (var member in management.Value.EnumerateObject())
        {
            if (member.Name != MessagesThoughts.Edits)
            {
                member.WriteTo(json);
                continue;
            }

            json.WriteStartArray(member.Name);
            foreach (var edit in member.Value.EnumerateArray().Where(static e => !MessagesThoughts.Clears(e))) edit.WriteTo(json);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteMessages(Utf8JsonWriter json, JsonElement messages)
    {
        json.WriteStartArray("messages"u8);
        foreach (var message in messages.EnumerateArray())
        {
            var content = ClientFields.Member(message, "content");
            Func<JsonElement, bool> isForeign = JsonFields.Text(message, "role") == "assistant" ? IsForeignAnswer : IsForeign;
            if (content.ValueKind != JsonValueKind.Array) message.WriteTo(json);
            else if (content.GetArrayLength() == 0 || !content.EnumerateArray().All(isForeign)) WriteMessage(json, message, isForeign);
            else _changed = true;   // nothing of it is left
        }

        json.WriteEndArray();
    }

    private void WriteMessage(Utf8JsonWriter json, JsonElement message, Func<JsonElement, bool> isForeign)
    {
        json.WriteStartObject();
        foreach (var member in message.EnumerateObject())
        {
            if (member.Name != "content")
            {
                member.WriteTo(json);
                continue;
            }

            json.WriteStartArray("content"u8);
            foreach (var block in member.Value.EnumerateArray())
            {
                if (isForeign(block)) _changed = true;
                else WriteBlock(json, block);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteBlock(Utf8JsonWriter json, JsonElement block)
    {
        var id = JsonFields.Text(block, "type") switch { "tool_use" => "id", "tool_result" => "tool_use_id", _ => null };
        if (id is null)
        {
            if (MessagesForeignPages.AreIn(block)) WriteCited(json, block);
            else block.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        foreach (var member in block.EnumerateObject())
        {
            if (member.Name == id && member.Value.ValueKind == JsonValueKind.String) WriteId(json, id, member.Value.GetString()!);
            else member.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private void WriteCited(Utf8JsonWriter json, JsonElement block)
    {
        _changed = true;
        if (!_dropped.Contains(MessagesForeignPages.Place)) _dropped.Add(MessagesForeignPages.Place);
        MessagesForeignPages.WriteWithout(json, block);
    }

    private void WriteId(Utf8JsonWriter json, string name, string id)
    {
        var valid = AnthropicIds.Valid(id);
        _changed |= valid != id;
        json.WriteString(name, valid);
    }

    /// <summary>Where there is an image in an answer, there is a memory of ours before it.</summary>
    private static bool IsForeignAnswer(JsonElement block) => IsForeign(block) || JsonFields.Text(block, "type") == "image";

    private static bool IsForeign(JsonElement block) => JsonFields.Text(block, "type") switch
    {
        "thinking" => JsonFields.Text(block, "signature") is null or "" || IsOurs(block, "signature"),
        "redacted_thinking" => IsOurs(block, "data"),
        _ => false,
    };

    /// <summary>A memory of ours, or the mark of another family's thought.</summary>
    private static bool IsOurs(JsonElement block, string member) => JsonFields.Text(block, member)?.StartsWith(OpaqueMemory.Prefix, StringComparison.Ordinal) == true;
}
