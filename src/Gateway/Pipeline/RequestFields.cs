using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Prompts;

namespace Gateway.Pipeline;

/// <summary>The fields of a request that policy looks at, read once and checked.</summary>
internal struct RequestFields
{
    /// <summary>What OpenAI takes where a request for moderation names no model.</summary>
    private const string DefaultModeration = "omni-moderation-latest";

    /// <summary>As the client wrote it.</summary>
    public string Model;

    public bool Stream;

    /// <summary>The client asked for the usage chunk itself.</summary>
    public bool IncludeUsage;

    /// <summary>The most tokens the model may write over all choices; null where the client set no bound.</summary>
    public long? OutputBound;

    /// <summary>Tokens of one answer that only a provider's own field names (<c>generationConfig.maxOutputTokens</c>); null where the API's does, or none.</summary>
    public long? OwnBound;

    /// <summary>What is to be held at least where <see cref="OutputBound"/> is null: choices counted.</summary>
    public long LeastBound;

    /// <summary>Answers asked for: the largest of <c>n</c>, <c>best_of</c> and what providers have in their place; for each prompt where there are several.</summary>
    public long Choices;

    /// <summary>Choices of a whole answer: <c>n</c>, for each prompt where there are several.</summary>
    public int Answers;

    /// <summary>A part of the prompt is what the provider has kept, and not in the body.</summary>
    public bool RefersToStored;

    /// <summary>The body's <c>user</c>, or what its dialect has for it.</summary>
    public string? User;

    public PolicyFields Positions;

    /// <summary>Reads and checks the policy fields; the first that is wrong is the error's param.</summary>
    /// <param name="hasPrompt">The gateway has messages for it, so that it need not have any; nor need one for a function.</param>
    public static GatewayError? Read(ReadOnlySpan<byte> body, in JsonMembers members, InferenceEndpoint endpoint, out RequestFields fields, bool hasPrompt = false)
    {
        fields = new() { Model = "", Choices = 1, Answers = 1 };
        if (PolicyFields.Locate(body, members, out fields.Positions) is { } variant) return variant;
        var read = new FieldReader(body, in members, in fields.Positions);
        fields.Model = endpoint == InferenceEndpoint.Moderations ? read.Name(PolicyField.Model) ?? DefaultModeration : read.RequiredName(PolicyField.Model);
        fields.User = endpoint is InferenceEndpoint.Messages or InferenceEndpoint.CountTokens ? read.NestedText(PolicyField.Metadata, "user_id"u8) : read.Text(PolicyField.User);
        switch (endpoint)
        {
            case InferenceEndpoint.ChatCompletions or InferenceEndpoint.Completions:
                if (endpoint == InferenceEndpoint.Completions) read.Require(PolicyField.Prompt);
                else if (!hasPrompt && !PromptFunction.IsNamed(fields.Model)) read.Require(PolicyField.Messages);
                fields.Stream = read.Flag(PolicyField.Stream);
                var (count, prompts) = (read.Count(PolicyField.N) ?? 1, endpoint == InferenceEndpoint.Completions ? read.Prompts() : 1);
                fields.Choices = Math.Max(count, read.Count(PolicyField.BestOf) ?? 1);
                fields.Answers = (int)Math.Min(count * prompts, int.MaxValue);
                var longest = LongestAnswer(ref read);
                if (fields.Stream) fields.IncludeUsage = read.NestedFlag(PolicyField.StreamOptions, "include_usage"u8);
                return read.Error ?? fields.Bind(body, members, longest, prompts);
            case InferenceEndpoint.Messages:
                if (!hasPrompt && !PromptFunction.IsNamed(fields.Model)) read.Require(PolicyField.Messages);
                fields.Stream = read.Flag(PolicyField.Stream);
                var tokens = read.Count(PolicyField.MaxTokens);
                return read.Error ?? fields.Bind(body, members, tokens);
            case InferenceEndpoint.Responses:   // its input can stand in a template of the provider's
                fields.Stream = read.Flag(PolicyField.Stream);
                var output = read.Count(PolicyField.MaxOutputTokens);
                if (read.Flag(PolicyField.Background)) read.Refuse(PolicyField.Background, "cannot be true: an answer that nobody waits for could not be settled");
                fields.RefersToStored = read.Has(PolicyField.PreviousResponseId) || read.Has(PolicyField.Conversation) || read.Has(PolicyField.Prompt) || body.IndexOf("\"item_reference\""u8) >= 0;
                return read.Error ?? fields.Bind(body, members, output);
            default:   // nothing is written
                fields.OutputBound = 0;
                if (endpoint == InferenceEndpoint.CountTokens) read.Require(PolicyField.Messages);
                else if (endpoint != InferenceEndpoint.Rerank) read.Require(PolicyField.Input);
                return read.Error ?? (endpoint == InferenceEndpoint.Rerank ? RerankFields.Check(body, members) : null);
        }
    }

    /// <summary>The bound of all answers: the API's own, raised to whatever other field may reach the provider.</summary>
    private GatewayError? Bind(ReadOnlySpan<byte> body, in JsonMembers members, long? named, long prompts = 1)
    {
        if (OutputScan.Read(body, members, out var scan) is { } wrong) return wrong;
        RefersToStored |= scan.RefersToStored;
        Choices = Math.Min(Math.Max(Choices, scan.Count) * prompts, int.MaxValue);
        if (named is null && scan.Bound > 0) OwnBound = scan.Bound;
        LeastBound = scan.Least * Choices;   // each ≤ 2^31 - 1: the product fits
        OutputBound = Math.Max(scan.Least, named ?? scan.Bound) * Choices;
        if (named is null && OwnBound is null) OutputBound = null;
        return null;
    }

    private static long? LongestAnswer(ref FieldReader read)
    {
        var old = read.Count(PolicyField.MaxTokens);
        return read.Count(PolicyField.MaxCompletionTokens) is { } named ? Math.Max(named, old ?? 0) : old;
    }
}
