using System.Collections.Frozen;
using System.Text.Json;
using Gateway.Core.Dialects;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>The members of a request: which there are, and which of them ask for what only a service that keeps conversations has.</summary>
internal static class ResponsesFields
{
    /// <summary>Members of chat requests that the dialect does not have, and that mean here what they mean there.</summary>
    public static readonly string[] OfChat = ["frequency_penalty", "logit_bias", "presence_penalty", "seed", "stop"];

    /// <summary>Chat's names of what is called otherwise here.</summary>
    public static readonly IReadOnlyDictionary<string, string> OfClient = new Dictionary<string, string>
    {
        ["logprobs"] = "top_logprobs",
        ["max_completion_tokens"] = "max_output_tokens",
        ["max_tokens"] = "max_output_tokens",
        ["messages"] = "input",
        ["reasoning_effort"] = "reasoning.effort",
        ["response_format"] = "text.format",
        ["verbosity"] = "text.verbosity",
    };

    /// <summary>Written by somebody else, or of no meaning for the answer: nothing is stored here, and <c>metadata</c> is echoed.</summary>
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        "background", "conversation", "include", "input", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model", "parallel_tool_calls", "previous_response_id", "prompt",
        "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning", "safety_identifier", "service_tier", "store", "stream", "stream_options", "temperature", "text",
        "tool_choice", "tools", "top_k", "top_logprobs", "top_p", "truncation", "user");

    public static void Check(ResponsesAsk ask)
    {
        State(ask, "previous_response_id", "Responses are not stored here: send the whole conversation in 'input', the items of earlier answers included.");
        State(ask, "conversation", "Conversations are not stored here: send all of it in 'input'.");
        State(ask, "prompt", "Prompts are not stored here: send their text in 'instructions' and 'input'.");
        if (ask.Find("background") is { ValueKind: not JsonValueKind.False }) ask.Fit.Fail("'background' must be false: responses are not stored here, so nobody could fetch it later. Use 'stream' for long answers.", "background");
        if (ask.Find("truncation") is { } truncation && !Is(truncation, "disabled")) ask.Fit.Unserved("truncation", "Leave it out, or set drop_params: true for this model: an input that does not fit the model's context is an error.");
        if (ask.Find("max_tool_calls") is not null) ask.Fit.Unserved("max_tool_calls");
        if (ask.Find("top_k") is not null && ask.Target.Reach == ChatReach.OpenAI) ask.Fit.Unserved("top_k");
        foreach (var member in ask.Root.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && !Known.Contains(member.Name) && !OfChat.Contains(member.Name)) ask.Fit.Unserved(member.Name);
        }
    }

    public static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    /// <summary>Never dropped: without it the model would not know what was said before.</summary>
    private static void State(ResponsesAsk ask, string name, string remedy)
    {
        if (ask.Find(name) is not null) ask.Fit.Fail($"'{name}' is not served. {remedy}", name);
    }
}
