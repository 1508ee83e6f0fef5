using System.Text.Json;

namespace Gateway.FakeUpstream;

/// <summary>What the upstream reads of a request.</summary>
/// <param name="Case">The script's case, else the body's <c>user</c>, else empty.</param>
/// <param name="ToolName">The first tool offered, unless the conversation already holds a tool's result or asks for none.</param>
internal sealed record IncomingRequest(string Case, string Model, bool Stream, bool IncludeUsage, string? ToolName, bool Base64, int Inputs, Script Script)
{
    /// <exception cref="JsonException">The body is no JSON object, or its script has an unknown member.</exception>
    public static IncomingRequest Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException("the body is no JSON object");
        var model = Text(root, "model") ?? "";
        var script = FindDirective(root)?.For(model) ?? new Script();
        var options = root.TryGetProperty("stream_options", out var o) && o.ValueKind == JsonValueKind.Object ? o : default;
        return new(
            script.Case ?? Text(root, "user") ?? "",
            model,
            Flag(root, "stream"),
            options.ValueKind == JsonValueKind.Object && Flag(options, "include_usage"),
            ToolOf(root),
            Text(root, "encoding_format") == "base64",
            root.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Array ? input.GetArrayLength() : 1,
            script);
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? ToolOf(JsonElement root)
    {
        if (!root.TryGetProperty("tools", out var tools) || tools.ValueKind != JsonValueKind.Array || tools.GetArrayLength() == 0 || Text(root, "tool_choice") == "none")
            return null;
        var last = Messages(root).LastOrDefault();
        if (last.ValueKind == JsonValueKind.Object && Text(last, "role") == "tool")
            return null;
        return tools[0].TryGetProperty("function", out var function) ? Text(function, "name") : null;
    }

    private static IEnumerable<JsonElement> Messages(JsonElement root) =>
        root.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array
            ? messages.EnumerateArray().Where(static m => m.ValueKind == JsonValueKind.Object)
            : [];

    /// <summary>The last text of the request that is a directive: in a message, the prompt, the input, or <c>metadata.script</c>.</summary>
    private static Directive? FindDirective(JsonElement root)
    {
        foreach (var text in Texts(root).Reverse())
            if (text.StartsWith("{\"script\":", StringComparison.Ordinal) || text.StartsWith("{\"models\":", StringComparison.Ordinal))
                return JsonSerializer.Deserialize(text, ScriptJson.Default.Directive);
        return null;
    }

    private static IEnumerable<string> Texts(JsonElement root)
    {
        if (root.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && Text(metadata, "script") is { } hidden)
            yield return hidden;
        foreach (var name in new[] { "prompt", "input", "query" })
            if (root.TryGetProperty(name, out var value))
                foreach (var text in Strings(value))
                    yield return text;
        foreach (var message in Messages(root))
            if (message.TryGetProperty("content", out var content))
                foreach (var text in Strings(content))
                    yield return text;
    }

    /// <summary>A string, an array of strings, or an array of content parts.</summary>
    private static IEnumerable<string> Strings(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(static item =>
            item.ValueKind == JsonValueKind.Object ? Text(item, "text") is { } text ? [text] : [] : Strings(item)),
        _ => [],
    };
}
