using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Metering.Pricing;
using Gateway.Pipeline;

namespace Gateway.Routing;

/// <summary>What a client is told whose request none of the model's targets may serve: what was in the way of the target that came closest.</summary>
internal static class NoCandidate
{
    /// <summary>As OpenAI calls it, so that clients need not know two names.</summary>
    public const string TooLong = "context_length_exceeded";

    /// <param name="isOfTargets">It is these targets' affair: another model may serve the request.</param>
    public static GatewayError Of(ModelEntry model, Call call, out bool isOfTargets)
    {
        var why = new Exclusion[model.Targets.Count];
        Candidates.Of(model, call, why);
        var closest = why.MaxBy(static e => e.Kind);
        isOfTargets = closest.Kind != ExclusionKind.Endpoint;
        return closest.Kind switch
        {
            ExclusionKind.Endpoint => Wrong($"The model '{call.Fields.Model}' cannot serve {call.Endpoint.Route()}.", "model"),
            ExclusionKind.Condition => Wrong($"No target of the model '{call.Fields.Model}' is meant for this request: the operator's conditions for each of them say which ones are.", "model", "no_matching_target"),
            ExclusionKind.Capability => Unable(call, why.Aggregate(CatalogCapabilities.None, static (all, e) => all | e.Lacks)),
            _ => Long(model, call, why),
        };
    }

    private static GatewayError Unable(Call call, CatalogCapabilities lacks)
    {
        var (what, field) = lacks switch
        {
            _ when lacks.HasFlag(CatalogCapabilities.Vision) => ("takes images", Conversation(call.Endpoint)),
            _ when lacks.HasFlag(CatalogCapabilities.Audio) => ("takes or gives sound", Conversation(call.Endpoint)),
            _ when lacks.HasFlag(CatalogCapabilities.Tools) => ("calls functions", "tools"),
            _ => ("answers by a JSON schema", Encoding.UTF8.GetString(RequestNeeds.SchemaField(call.Endpoint))),
        };
        return Wrong($"The request needs a model that {what}, and no target of the model '{call.Fields.Model}' for it does.", field, "unsupported_capability");
    }

    private static GatewayError Long(ModelEntry model, Call call, Exclusion[] why)
    {
        var longest = model.Targets.Where((_, i) => why[i].Kind == ExclusionKind.Context).Max(static t => t.Abilities.Context);
        var answer = call.Needs.AnswerTokens > 0 ? $" and asks for {call.Needs.AnswerTokens} more" : "";
        return Wrong($"The prompt has about {call.Needs.PromptTokens} tokens{answer}; the model '{call.Fields.Model}' takes {longest} together. Send a shorter prompt, or ask for fewer output tokens.", Conversation(call.Endpoint), TooLong);
    }

    private static string Conversation(InferenceEndpoint endpoint) => endpoint switch
    {
        InferenceEndpoint.ChatCompletions or InferenceEndpoint.Messages or InferenceEndpoint.CountTokens => "messages",
        InferenceEndpoint.Completions => "prompt",
        _ => "input",
    };

    private static GatewayError Wrong(string message, string param, string? code = null) => new(ErrorKind.InvalidRequest, message, param) { Code = code };
}
