using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Gateway.Core.Dialects;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>
/// From <c>tools</c> and <c>tool_choice</c> to chat's. Functions are functions; a custom tool, which takes plain text, is a function with one text argument, and its calls are told from others by its
/// name. Tools that OpenAI runs itself are not served.
/// </summary>
internal sealed class ResponsesTools
{
    /// <summary>The argument of a custom tool's function.</summary>
    public const string Input = "input";

    private static readonly FrozenSet<string> OfOpenAI = FrozenSet.Create(
        "apply_patch", "code_interpreter", "computer", "computer_use", "computer_use_preview", "file_search", "image_generation", "local_shell", "mcp", "namespace",
        "programmatic_tool_calling", "shell", "tool_search", "web_search", "web_search_preview");

    private readonly ResponsesAsk _ask;
    private readonly HashSet<string>? _allowed;
    private bool _open;

    public ResponsesTools(ResponsesAsk ask)
    {
        _ask = ask;
        _allowed = Allowed();
    }

    /// <summary>Names of custom tools.</summary>
    public HashSet<string> Custom { get; } = new(StringComparer.Ordinal);

    public void Write(Utf8JsonWriter json)
    {
        var tools = _ask.Find(_ask.Root, "tools", "tools", JsonValueKind.Array, "must be a list");
        if (tools is { } list)
        {
            foreach (var (i, tool) in list.EnumerateArray().Index()) WriteTool(json, tool, $"tools[{i}]");   // an index into the list would walk it from its beginning
        }

        if (_open) json.WriteEndArray();
        WriteChoice(json);
        if (_ask.Find("parallel_tool_calls") is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) }) _ask.Fit.Fail("'parallel_tool_calls' must be true or false.", "parallel_tool_calls");
        else if (_open && _ask.Find("parallel_tool_calls") is { } parallel) ResponsesAsk.Copy(json, "parallel_tool_calls", parallel);
    }

    private void WriteTool(Utf8JsonWriter json, JsonElement tool, string at)
    {
        var type = JsonFields.Text(tool, "type");
        if (type is null)
        {
            _ask.Fit.Fail($"'{at}.type' is missing.", $"{at}.type");
        }
        else if (type is not ("function" or "custom"))
        {
            if (OfOpenAI.Contains(type) || _ask.Target.Reach != ChatReach.Translated) _ask.Fit.Unserved(at, $"It is a tool of type '{type}', which only OpenAI's own models have: leave it out, or set drop_params: true for this model to have the gateway do so.");
            else WriteForeign(json, tool, at);
        }
        else if (JsonFields.Text(tool, "name") is not { Length: > 0 } name)
        {
            _ask.Fit.Fail($"'{at}.name' is missing.", $"{at}.name");
        }
        else
        {
            if (type == "custom") Custom.Add(name);
            if (_allowed?.Contains(name) == false) return;
            Open(json);
            _ask.Places.Note(json, at);
            json.WriteStartObject();
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            _ask.Places.Note(json, at, "name");
            json.WriteString("name"u8, name);
            if (type == "custom") WriteCustom(json, tool, at);
            else WriteFunction(json, tool, at);
            json.WriteEndObject();
            _ask.CacheMark(json, tool, at);
            json.WriteEndObject();
        }
    }

    /// <summary>A tool that the provider behind the translator may know: Anthropic's web search, say.</summary>
    private void WriteForeign(Utf8JsonWriter json, JsonElement tool, string at)
    {
        Open(json);
        _ask.Places.Note(json, at, isCopy: true);
        tool.WriteTo(json);
    }

    private void WriteFunction(Utf8JsonWriter json, JsonElement tool, string at)
    {
        foreach (var member in tool.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null) continue;
            switch (member.Name)
            {
                case "type" or "name" or "cache_control" or "prompt_cache_breakpoint":
                    break;
                case "description" or "parameters":
                    _ask.Places.Note(json, at, member.Name, isCopy: true);
                    ResponsesAsk.Copy(json, member.Name, member.Value);
                    break;
                case "strict":
                    if (member.Value.ValueKind != JsonValueKind.True) break;
                    _ask.Places.Note(json, at, "strict");
                    json.WriteBoolean("strict"u8, true);
                    break;
                case "output_schema":
                    _ask.Fit.Drop($"{at}.output_schema");   // tells the model what to expect, and nothing else
                    break;
                default:
                    if (member.Value.ValueKind != JsonValueKind.False) _ask.Fit.Unserved($"{at}.{member.Name}");
                    break;
            }
        }
    }

    private void WriteCustom(Utf8JsonWriter json, JsonElement tool, string at)
    {
        ResponsesMembers.CustomTool.Check(tool, at, _ask.Fit);
        ResponsesMembers.Grammar.Check(ResponsesAsk.Find(tool, "format") ?? default, $"{at}.format", _ask.Fit);
        var about = new StringBuilder(JsonFields.Text(tool, "description"));
        if (ResponsesAsk.Find(tool, "format") is { } format && JsonFields.Text(format, "type") != "text")
        {
            if (JsonFields.Text(format, "definition") is not { } definition) _ask.Fit.Fail($"'{at}.format' must be text, or a grammar with 'syntax' and 'definition'.", $"{at}.format");
            else about.Append(about.Length > 0 ? "\n\n" : "").Append("The input must match this grammar (").Append(JsonFields.Text(format, "syntax") ?? "lark").Append("):\n").Append(definition);
        }

        if (about.Length > 0)
        {
            _ask.Places.Note(json, at, ResponsesAsk.Find(tool, "description") is null ? "format" : "description");
            json.WriteString("description"u8, about.ToString());
        }

        _ask.Places.Note(json, at);
        json.WriteStartObject("parameters"u8);
        json.WriteString("type"u8, "object"u8);
        json.WriteStartObject("properties"u8);
        json.WriteStartObject(Input);
        json.WriteString("type"u8, "string"u8);
        json.WriteString("description"u8, "The whole input of the tool, as plain text."u8);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("required"u8);
        json.WriteStringValue(Input);
        json.WriteEndArray();
        json.WriteBoolean("additionalProperties"u8, false);
        json.WriteEndObject();
    }

    private void Open(Utf8JsonWriter json)
    {
        if (!_open) json.WriteStartArray("tools"u8);
        _open = true;
    }

    /// <summary>The names that <c>allowed_tools</c> leaves; null: all. The others are not sent: the model cannot call what it does not see.</summary>
    private HashSet<string>? Allowed()
    {
        if (_ask.Find("tool_choice") is not { } choice || JsonFields.Text(choice, "type") != "allowed_tools") return null;
        var allowed = new HashSet<string>(StringComparer.Ordinal);
        if (ResponsesAsk.Find(choice, "tools") is not { ValueKind: JsonValueKind.Array } tools)
        {
            _ask.Fit.Fail("'tool_choice.tools' must be a list.", "tool_choice.tools");
            return allowed;
        }

        foreach (var (i, tool) in tools.EnumerateArray().Index())
        {
            ResponsesMembers.ToolChoice.Check(tool, $"tool_choice.tools[{i}]", _ask.Fit);
            if (JsonFields.Text(tool, "name") is { } name) allowed.Add(name);
        }

        return allowed;
    }

    private void WriteChoice(Utf8JsonWriter json)
    {
        if (_ask.Find("tool_choice") is not { } choice) return;
        (JsonFields.Text(choice, "type") switch { "function" or "custom" => ResponsesMembers.ToolChoice, "allowed_tools" => ResponsesMembers.AllowedTools, _ => null })?.Check(choice, "tool_choice", _ask.Fit);
        var mode = choice.ValueKind == JsonValueKind.String ? choice.GetString() : JsonFields.Text(choice, "type") == "allowed_tools" ? JsonFields.Text(choice, "mode") : null;
        var name = mode is null && JsonFields.Text(choice, "type") is "function" or "custom" ? JsonFields.Text(choice, "name") : null;
        if (mode is not (null or "auto" or "none" or "required") || (mode is null && choice.ValueKind != JsonValueKind.Object))
            _ask.Fit.Fail("'tool_choice' must be 'none', 'auto', 'required' or name a tool.", "tool_choice");
        else if (mode is null && name is null) _ask.Fit.Unserved("tool_choice", "It must be 'none', 'auto', 'required' or name a function.");
        else if (!_open && mode is not ("auto" or "none")) _ask.Fit.Unserved("tool_choice", "There is no tool to choose: send 'tools'.");
        else if (_open && mode is not null) json.WriteString("tool_choice"u8, mode);
        else if (_open) WriteName(json, name!);
    }

    private void WriteName(Utf8JsonWriter json, string name)
    {
        _ask.Places.Note(json, "tool_choice");
        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        _ask.Places.Note(json, "tool_choice", "name");
        json.WriteString("name"u8, name);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
