using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>
/// What the objects of a request for a response may have. Beside what is asked for that is what clients send back of an answer: OpenAI's records (<c>id</c>, <c>status</c>, <c>phase</c>,
/// <c>caller</c>), the SDKs' own copies (<c>parsed</c>, <c>parsed_arguments</c>) and Codex' notes. They say nothing to a model.
/// </summary>
internal static class ResponsesMembers
{
    public static readonly KnownMembers ToolChoice = new("type", "name");

    public static readonly KnownMembers AllowedTools = new("type", "mode", "tools");

    public static readonly KnownMembers CustomTool = new(["type", "name", "description", "format", .. Marks]);

    public static readonly KnownMembers Grammar = new("type", "syntax", "definition");

    /// <summary>A format without a schema.</summary>
    public static readonly KnownMembers Format = new("type");

    public static readonly KnownMembers SchemaFormat = new("type", "name", "description", "schema", "strict");

    /// <summary>Chat's own option too, which some send.</summary>
    public static readonly KnownMembers StreamOptions = new("include_obfuscation", "include_usage");

    /// <summary>Of what was thought.</summary>
    public static readonly KnownMembers Thought = new("type", "text");

    private static readonly KnownMembers Item = new(["type", "id", "status", "created_by", "internal_chat_message_metadata_passthrough", .. Marks]);

    private static readonly KnownMembers Message = Item.And("role", "content", "phase", "end_turn");

    /// <summary>With what the gateway shows of a provider's blocks, which goes back by what is encrypted.</summary>
    private static readonly KnownMembers Reasoning = Item.And("summary", "content", "encrypted_content", ReplyJson.ProviderBlocks);

    private static readonly KnownMembers FunctionCall = Item.And("call_id", "name", "arguments", "parsed_arguments", "caller");

    private static readonly KnownMembers CustomCall = Item.And("call_id", "name", "input", "caller");

    private static readonly KnownMembers Output = Item.And("call_id", "name", "output", "caller");

    private static readonly KnownMembers Part = new(["type", .. Marks]);

    private static readonly KnownMembers Text = Part.And("text", "annotations", "logprobs", "parsed");

    private static readonly KnownMembers Refusal = Part.And("refusal");

    private static readonly KnownMembers Image = Part.And("image_url", "file_id", "detail");

    private static readonly KnownMembers Uploaded = Part.And("filename", "file_data", "file_id", "file_url", "detail");

    private static readonly KnownMembers Audio = Part.And("input_audio");

    /// <summary>Where a cached prompt may end: OpenAI's name for it, and Anthropic's.</summary>
    private static string[] Marks => ["cache_control", "prompt_cache_breakpoint"];

    /// <summary>Null of an item that is not served.</summary>
    public static KnownMembers? OfItem(string? type) => type switch
    {
        "message" => Message,
        "reasoning" => Reasoning,
        "function_call" => FunctionCall,
        "custom_tool_call" => CustomCall,
        "function_call_output" or "custom_tool_call_output" => Output,
        "item_reference" => Item,
        _ => null,
    };

    /// <summary>Null of a part that is not served.</summary>
    public static KnownMembers? OfPart(string? type) => type switch
    {
        "input_text" or "output_text" or "text" => Text,
        "refusal" => Refusal,
        "input_image" => Image,
        "input_file" => Uploaded,
        "input_audio" => Audio,
        _ => null,
    };
}
