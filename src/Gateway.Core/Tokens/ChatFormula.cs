namespace Gateway.Core.Tokens;

/// <summary>What a model's prompt has around the text of its messages, in tokens. Sources and exactness: docs/tokens.md.</summary>
public sealed record ChatFormula
{
    /// <summary>What OpenAI's cookbook says of GPT-3.5 and later; exact for recorded calls of GPT-4o and GPT-4.1.</summary>
    public static readonly ChatFormula Standard = new();

    /// <summary>GPT-3.5 and GPT-4 also bill the token that ends their answer.</summary>
    public static readonly ChatFormula Early = new() { EndOfAnswer = 1 };

    /// <summary>o3-mini, o4-mini: one less than the standard in every recorded call.</summary>
    public static readonly ChatFormula Reasoning = new() { Answer = 2 };

    /// <summary>GPT-5: an earlier answer names its channel, and tools come with instructions of their own.</summary>
    public static readonly ChatFormula Channels = new() { Answer = 2, AssistantMessage = 2, Tools = 91, ToolsWithSystem = 91 };

    /// <summary>gpt-oss: as GPT-5, with the instructions of its template billed too.</summary>
    public static readonly ChatFormula Open = new() { Answer = 63, AssistantMessage = 2, Tools = 30, ToolsWithSystem = 30 };

    /// <summary>Other vendors: tools are in the prompt as JSON, with instructions around them; 130 tokens is what xAI's and Qwen's come to.</summary>
    public static readonly ChatFormula Foreign = JsonTools(130);

    public int Message { get; init; } = 3;

    /// <summary>For a message's <c>name</c>, beside its text.</summary>
    public int Name { get; init; } = 1;

    /// <summary>What begins the answer, billed with the prompt.</summary>
    public int Answer { get; init; } = 3;

    /// <summary>For each message of the assistant, beside <see cref="Message"/>.</summary>
    public int AssistantMessage { get; init; }

    /// <summary>Tool definitions are counted as they stand in the request, instead of as the TypeScript that OpenAI makes of them.</summary>
    public bool ToolsAsJson { get; init; }

    /// <summary>Around the tool definitions, where there is no system message that they could join.</summary>
    public int Tools { get; init; } = 9;

    public int ToolsWithSystem { get; init; } = 5;

    /// <summary>For a <c>tool_choice</c> that names a tool, beside the name.</summary>
    public int NamedTool { get; init; } = 4;

    /// <summary>For each call in an earlier answer, beside its name and arguments.</summary>
    public int ToolCall { get; init; } = 5;

    /// <summary>For each call in the model's answer, beside its name and arguments.</summary>
    public int AnsweredToolCall { get; init; } = 8;

    /// <summary>What ends the answer, billed with it.</summary>
    public int EndOfAnswer { get; init; }

    /// <summary>For each image, the least OpenAI charges: its low detail on GPT-4o. What it really costs depends on its size, which is not looked at.</summary>
    public int Image { get; init; } = 85;

    /// <param name="around">Tokens of the instructions that come with tools.</param>
    public static ChatFormula JsonTools(int around) => new() { ToolsAsJson = true, Tools = around, ToolsWithSystem = around };
}
