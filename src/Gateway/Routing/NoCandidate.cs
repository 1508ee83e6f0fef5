using System.Globalization;
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
            ExclusionKind.Context => Long(model, call, why),
            ExclusionKind.Quality => Poor(model, call),
            ExclusionKind.Cost => Dear(model, call, why),
            _ => Slow(model, call, why),
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

    private static GatewayError Poor(ModelEntry model, Call call)
    {
        var (asked, limit) = (call.Options.Constraints.MinQuality, model.Constraints.And(call.Options.Constraints).MinQuality);
        var best = model.Targets.Max(static t => t.Quality) is { } quality ? string.Create(CultureInfo.InvariantCulture, $"the best one is rated {quality}") : "none is rated";
        return Wrong(string.Create(CultureInfo.InvariantCulture, $"No target of the model '{call.Fields.Model}' for this request has a quality of {limit}; {best}."),
            asked == limit ? ConstraintHeaders.MinQuality : "model", "min_quality");
    }

    private static GatewayError Dear(ModelEntry model, Call call, Exclusion[] why)
    {
        var (asked, limit) = (call.Options.Constraints.MaxCost, model.Constraints.And(call.Options.Constraints).MaxCost);
        var cheapest = why.Where(static e => e.Kind == ExclusionKind.Cost).MinBy(static e => e.Cost.Value).Cost;
        return Wrong($"The request can cost up to ${cheapest} at the cheapest target of the model '{call.Fields.Model}', and may cost ${limit}. Send a shorter prompt, or ask for fewer output tokens.",
            asked == limit ? ConstraintHeaders.MaxCost : "model", "max_cost");
    }

    private static GatewayError Slow(ModelEntry model, Call call, Exclusion[] why)
    {
        var slow = why.Where(static e => e.Kind == ExclusionKind.Latency).ToList();
        var (fastest, wait) = (slow.Min(static e => e.Latency), slow.Min(static e => e.Wait));
        return new(ErrorKind.NoTargetAvailable, string.Create(CultureInfo.InvariantCulture,
            $"Every target of the model '{call.Fields.Model}' for this request has been slower of late than it allows ({model.Constraints.And(call.Options.Constraints).MaxLatency?.TotalSeconds:0.###} s): the fastest took {fastest.TotalSeconds:0.###} s to its first byte. Send the request again later."))
        { RetryAfter = wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1) };
    }

    private static string Conversation(InferenceEndpoint endpoint) => endpoint switch
    {
        InferenceEndpoint.ChatCompletions or InferenceEndpoint.Messages or InferenceEndpoint.CountTokens => "messages",
        InferenceEndpoint.Completions => "prompt",
        _ => "input",
    };

    private static GatewayError Wrong(string message, string param, string? code = null) => new(ErrorKind.InvalidRequest, message, param) { Code = code };
}
