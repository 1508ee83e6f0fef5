using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Providers.Demo;

/// <summary>What the demo's three tasks can be asked for. The path names the task.</summary>
internal static class DemoPaths
{
    public const string Chat = "chat";
    public const string Complete = "complete";
    public const string Embed = "embed";
}

/// <summary>What chats and completions have in common.</summary>
internal abstract record DemoAsk
{
    public required string Model { get; init; }

    /// <summary>How many answers to each input.</summary>
    public required int Answers { get; init; }

    /// <summary>Null: as many as it likes.</summary>
    public int? MaxTokens { get; init; }

    public IReadOnlyList<string>? Stop { get; init; }

    public long? Seed { get; init; }

    /// <summary>The answer is lines of <see cref="DemoEvent"/>, not one <see cref="DemoAnswers"/>.</summary>
    public required bool Stream { get; init; }
}

internal sealed record DemoChatAsk : DemoAsk
{
    public required IReadOnlyList<DemoTurn> Turns { get; init; }

    public IReadOnlyList<DemoTool>? Tools { get; init; }

    /// <summary>One of <see cref="DemoCalling"/>.</summary>
    public required string Calling { get; init; }

    /// <summary>The only tool that may be called.</summary>
    public string? OnlyTool { get; init; }

    public bool OneCall { get; init; }

    /// <summary>The model is to think before it answers.</summary>
    public bool? Think { get; init; }

    /// <summary>The answer is to be JSON.</summary>
    public bool Json { get; init; }

    /// <summary>The answer is to be JSON that fits.</summary>
    public JsonElement? Schema { get; init; }
}

internal static class DemoCalling
{
    public const string Never = "never";
    public const string MayBe = "maybe";
    public const string Must = "must";
}

internal sealed record DemoTurn
{
    /// <summary><c>rules</c> (system), <c>asker</c>, <c>model</c> or <c>tool</c>.</summary>
    public required string By { get; init; }

    public required string Text { get; init; }

    public IReadOnlyList<DemoCall>? Calls { get; init; }

    /// <summary>How many came with the text.</summary>
    public int? Images { get; init; }

    /// <summary>In a tool's turn: the name of the tool.</summary>
    public string? Tool { get; init; }
}

internal sealed record DemoTool(string Name, string? Description, JsonElement? Schema);

internal sealed record DemoCall(string Id, string Name, string Arguments);

internal sealed record DemoCompleteAsk : DemoAsk
{
    public required IReadOnlyList<string> Prompts { get; init; }

    public string? Suffix { get; init; }

    public bool Echo { get; init; }
}

internal sealed record DemoEmbedAsk(IReadOnlyList<DemoEmbedInput> Inputs, int Dimensions);

/// <summary>A text, or token ids.</summary>
internal sealed record DemoEmbedInput(string? Text, IReadOnlyList<int>? Tokens);

/// <summary>The whole answer to a chat or a completion.</summary>
internal sealed record DemoAnswers(IReadOnlyList<DemoAnswer>? Answers, JsonElement? Usage);

internal sealed record DemoAnswer
{
    public string? Text { get; init; }

    /// <summary>What it thought before it answered.</summary>
    public string? Thoughts { get; init; }

    public string? Refusal { get; init; }

    public IReadOnlyList<DemoCall>? Calls { get; init; }

    /// <summary>One of <see cref="DemoReason"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>The sequence that ended it. For the upstreams of other providers, some of which tell it; no part of the demo's own format.</summary>
    [JsonIgnore]
    public string? StoppedBy { get; init; }
}

internal static class DemoReason
{
    public const string Done = "done";
    public const string Limit = "limit";
    public const string Calls = "calls";
}

internal sealed record DemoVectors(IReadOnlyList<float[]>? Vectors, JsonElement? Usage);

/// <summary>One line of a stream.</summary>
internal sealed record DemoEvent
{
    /// <summary>One of <see cref="DemoKind"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>Which answer it belongs to.</summary>
    public int Answer { get; init; }

    public string? Text { get; init; }

    /// <summary>Counts the calls of an answer.</summary>
    public int Call { get; init; }

    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Reason { get; init; }

    public JsonElement? Usage { get; init; }

    public DemoFault? Fault { get; init; }
}

internal static class DemoKind
{
    public const string Thought = "thought";
    public const string Text = "text";
    public const string Refusal = "refusal";
    public const string Tool = "tool";
    public const string Arguments = "arguments";
    public const string Stop = "stop";
    public const string Usage = "usage";
    public const string Fault = "fault";
    public const string End = "end";
}

/// <summary>The body of an error status.</summary>
internal sealed record DemoFaultReply(DemoFault? Fault);

/// <param name="At">The member of the ask that is to blame.</param>
/// <param name="WaitSeconds">When to try again.</param>
internal sealed record DemoFault(string? Message, string? At = null, int? WaitSeconds = null);
