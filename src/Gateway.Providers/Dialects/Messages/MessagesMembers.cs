namespace Gateway.Providers.Dialects.Messages;

/// <summary>
/// What the objects of a request for a message may have. Beside what is asked for that is what clients send back of an answer: Anthropic's records (<c>stop_reason</c>, <c>usage</c>,
/// <c>caller</c>, citations) and the SDKs' own copies (<c>parsed_output</c>). They say nothing to a model.
/// </summary>
internal static class MessagesMembers
{
    public static readonly KnownMembers Message = new("role", "content", "id", "type", "model", "stop_reason", "stop_sequence", "stop_details", "usage");

    public static readonly KnownMembers ToolChoice = new("type", "name", "disable_parallel_tool_use");

    public static readonly KnownMembers Thinking = new("type", "budget_tokens", "display");

    public static readonly KnownMembers Format = new("type", "schema");

    public static readonly KnownMembers Metadata = new("user_id");

    public static readonly KnownMembers Citations = new("enabled");

    /// <summary>Chat's names of what is called otherwise here.</summary>
    public static readonly IReadOnlyDictionary<string, string> ChatFields = new Dictionary<string, string>
    {
        ["max_completion_tokens"] = "max_tokens",
        ["parallel_tool_calls"] = "tool_choice.disable_parallel_tool_use",
        ["reasoning_effort"] = "thinking",
        ["response_format"] = "output_config.format",
        ["stop"] = "stop_sequences",
        ["user"] = "metadata.user_id",
    };

    private static readonly KnownMembers Text = Block("text", "citations", "parsed_output");

    private static readonly KnownMembers Image = Block("source");

    private static readonly KnownMembers Document = Block("source", "title", "context", "citations");

    private static readonly KnownMembers SearchResult = Block("source", "title", "content", "citations");

    private static readonly KnownMembers ToolReference = Block("tool_name");

    private static readonly KnownMembers ToolUse = Block("id", "name", "input", "caller");

    private static readonly KnownMembers ToolResult = Block("tool_use_id", "content", "is_error");

    private static readonly KnownMembers Thought = Block("thinking", "signature");

    private static readonly KnownMembers Redacted = Block("data", MessagesMemory.Shown);

    private static readonly KnownMembers Data = new("type", "media_type", "data");

    private static readonly KnownMembers Address = new("type", "url");

    private static readonly KnownMembers Uploaded = new("type", "file_id");

    private static readonly KnownMembers Content = new("type", "content");

    /// <summary>Null of a block that goes on as it is, or of none.</summary>
    public static KnownMembers? OfBlock(string? type) => type switch
    {
        "text" => Text,
        "image" => Image,
        "document" => Document,
        "search_result" => SearchResult,
        "tool_reference" => ToolReference,
        "tool_use" => ToolUse,
        "tool_result" => ToolResult,
        "thinking" => Thought,
        "redacted_thinking" => Redacted,
        _ => null,
    };

    /// <summary>Null of a source that goes on as it is, or of none.</summary>
    public static KnownMembers? OfSource(string? type) => type switch
    {
        "base64" or "text" => Data,
        "url" => Address,
        "file" => Uploaded,
        "content" => Content,
        _ => null,
    };

    public static void CheckBlock(in MessagesBlock block, string? type, MessagesAsk ask) => OfBlock(type)?.Check(block.Json, block.At, ask.Fit);

    private static KnownMembers Block(params string[] names) => new(["type", MessagesAsk.CacheControl, .. names]);
}
