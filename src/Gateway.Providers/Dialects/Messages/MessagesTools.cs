using System.Text.Json;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>From <c>tools</c> and <c>tool_choice</c> to chat's. Tools that Anthropic runs or defines itself go to a translator as they are; no other chat has them.</summary>
internal static class MessagesTools
{
    /// <summary>Say how a tool may be found or called; without them it is there from the beginning, and is called like any other.</summary>
    private static readonly HashSet<string> Hints = ["allowed_callers", "defer_loading", "eager_input_streaming", "input_examples"];

    private static readonly HashSet<string> Known = ["type", "name", "description", "input_schema", "strict", MessagesAsk.CacheControl];

    public static void Write(Utf8JsonWriter json, JsonElement request, MessagesAsk ask)
    {
        var tools = ClientFields.Member(request, "tools", JsonValueKind.Array, "", ask.Fit);
        var choice = ClientFields.Member(request, "tool_choice", JsonValueKind.Object, "", ask.Fit);
        var written = 0;
        if (tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() > 0)
        {
            var i = 0;
            foreach (var tool in tools.EnumerateArray())
            {
                var at = $"tools[{i++}]";
                if (!IsServed(tool, at, ask)) continue;
                if (written++ == 0) json.WriteStartArray("tools"u8);
                WriteTool(json, tool, at, ask);
            }

            if (written > 0) json.WriteEndArray();
        }

        if (choice.ValueKind == JsonValueKind.Object) WriteChoice(json, choice, written > 0, ask);
    }

    private static bool IsServed(JsonElement tool, string at, MessagesAsk ask)
    {
        if (tool.ValueKind != JsonValueKind.Object)
        {
            ClientFields.WrongType(at, JsonValueKind.Object, ask.Fit);
            return false;
        }

        var type = ClientFields.Text(tool, "type", at + ".", ask.Fit);
        if (type is null or "custom" || ask.Extended) return true;
        ask.Fit.Unserved(at, $"It has no tool like {type}. Leave it out, or set drop_params: true for this model to have the gateway do so.");
        return false;
    }

    private static void WriteTool(Utf8JsonWriter json, JsonElement tool, string at, MessagesAsk ask)
    {
        if (ClientFields.Text(tool, "type", at + ".", ask.Fit) is not (null or "custom"))
        {
            ask.Places.Note(json, at, isCopy: true);
            tool.WriteTo(json);
            return;
        }

        if (ClientFields.Needed(tool, "name", at + ".", ask.Fit) is not { } name) return;
        var schema = ClientFields.Member(tool, "input_schema", JsonValueKind.Object, at + ".", ask.Fit);
        if (schema.ValueKind == JsonValueKind.Undefined) ask.Fit.Fail($"'{at}.input_schema' is missing.", $"{at}.input_schema");
        ask.Places.Note(json, at);
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        ask.Places.Note(json, at, "name");
        json.WriteString("name"u8, ask.Names.Short(name));
        if (ClientFields.Member(tool, "description", JsonValueKind.String, at + ".", ask.Fit) is { ValueKind: JsonValueKind.String } description)
        {
            ask.Places.Note(json, at, "description");
            json.WritePropertyName("description"u8);
            description.WriteTo(json);
        }

        if (schema.ValueKind == JsonValueKind.Object)
        {
            ask.Places.Note(json, at, "input_schema", isCopy: true);
            json.WritePropertyName("parameters"u8);
            schema.WriteTo(json);
        }

        // What Anthropic takes as strict, OpenAI may refuse.
        if (ClientFields.Flag(tool, "strict", at + ".", ask.Fit) == true)
        {
            if (ask.Extended || MessagesFormat.IsStrict(schema))
            {
                ask.Places.Note(json, at, "strict");
                json.WriteBoolean("strict"u8, true);
            }
            else
            {
                ask.Fit.Drop("tools[].strict");
            }
        }

        json.WriteEndObject();
        ask.WriteCache(json, ask.Cache(tool, at), at);
        json.WriteEndObject();
        foreach (var member in tool.EnumerateObject())
        {
            if (Known.Contains(member.Name) || member.Value.ValueKind is JsonValueKind.Null or JsonValueKind.False) continue;
            if (Hints.Contains(member.Name)) ask.Fit.Drop("tools." + member.Name);
            else ask.Fit.Unserved($"{at}.{member.Name}");
        }
    }

    private static void WriteChoice(Utf8JsonWriter json, JsonElement choice, bool hasTools, MessagesAsk ask)
    {
        var type = ClientFields.Needed(choice, "type", "tool_choice.", ask.Fit);
        MessagesMembers.ToolChoice.Check(choice, "tool_choice", ask.Fit);
        if (!hasTools)
        {
            // OpenAI refuses a choice without tools. Where they were left out, the choice goes with them.
            if (type is "any" or "tool" && ask.Fit.Dropped.Count == 0) ask.Fit.Fail("'tool_choice' is only allowed with 'tools'.", "tool_choice");
            return;
        }

        switch (type)
        {
            case null:
                return;
            case "auto" or "none":
                json.WriteString("tool_choice"u8, type);
                break;
            case "any":
                json.WriteString("tool_choice"u8, "required"u8);
                break;
            case "tool":
                if (ClientFields.Needed(choice, "name", "tool_choice.", ask.Fit) is not { } name) return;
                ask.Places.Note(json, "tool_choice");
                json.WriteStartObject("tool_choice"u8);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                ask.Places.Note(json, "tool_choice", "name");
                json.WriteString("name"u8, ask.Names.Short(name));
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            default:
                ask.Fit.Fail("'tool_choice.type' must be auto, any, tool or none.", "tool_choice.type");
                return;
        }

        if (ClientFields.Flag(choice, "disable_parallel_tool_use", "tool_choice.", ask.Fit) == true && type != "none") json.WriteBoolean("parallel_tool_calls"u8, false);
    }
}
