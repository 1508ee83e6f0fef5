using System.Diagnostics;
using System.Text.Json;
using Gateway.Admission;
using Gateway.Config.Shapes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Metering.Pricing;
using Gateway.Pipeline;
using Gateway.Routing;

namespace Gateway.Explaining;

/// <summary>An explanation as JSON: the answer of <c>POST /admin/v1/explain</c>, and <c>explain</c> of the ledger's rows. Names and figures; nothing of what the request or a header says.</summary>
internal static class ExplanationJson
{
    /// <param name="most">Items of each list; what is beyond is left off.</param>
    public static void Write(Utf8JsonWriter json, Explanation explanation, int most = int.MaxValue)
    {
        var call = explanation.Call;
        json.WriteStartObject();
        json.WriteString("asked"u8, call.Fields.Model);
        json.WriteString("model"u8, call.Model?.Name);
        json.WriteString("key"u8, call.Key is { Name.Length: > 0 } key ? key.Name : null);
        json.WriteString("team"u8, call.Key?.Team);
        json.WriteString("endpoint"u8, call.Endpoint.Route());
        json.WriteNumber("config_generation"u8, call.Snapshot.Generation);
        json.WriteString("prompt"u8, call.Prompt?.Label);
        WriteNeeds(json, explanation.Needs);
        WriteConstraints(json, explanation.Constraints);
        json.WriteStartObject("cache"u8);
        json.WriteString("state"u8, explanation.Cache.ToString().ToLowerInvariant());
        json.WriteString("key"u8, explanation.CacheKey is { } found ? Convert.ToHexStringLower(found.ToArray()) : null);
        json.WriteEndObject();
        WriteModels(json, explanation.Models, most);
        json.WriteStartArray("order"u8);
        foreach (var step in explanation.Steps.Take(most)) WriteStep(json, step);
        json.WriteEndArray();
        json.WriteStartArray("limits"u8);
        foreach (var limit in explanation.Limits.Take(most)) WriteLimits(json, limit, most);
        json.WriteEndArray();
        WriteError(json, "error"u8, explanation.Error);
        json.WriteBoolean("left_off"u8, Longest(explanation) > most);
        json.WriteEndObject();
    }

    private static int Longest(Explanation explanation) => new[]
    {
        explanation.Models.Count, explanation.Steps.Count, explanation.Limits.Count,
        explanation.Models.Max(static m => (int?)m.Why.Count) ?? 0, explanation.Limits.Max(static l => (int?)l.Budgets.Count) ?? 0,
    }.Max();

    private static void WriteNeeds(Utf8JsonWriter json, RequestNeeds? needs)
    {
        if (needs is not { } asked)
        {
            json.WriteNull("needs"u8);
            return;
        }

        json.WriteStartObject("needs"u8);
        json.WriteBoolean("vision"u8, asked.Capabilities.HasFlag(CatalogCapabilities.Vision));
        json.WriteBoolean("audio"u8, asked.Capabilities.HasFlag(CatalogCapabilities.Audio));
        json.WriteBoolean("tools"u8, asked.Capabilities.HasFlag(CatalogCapabilities.Tools));
        json.WriteBoolean("json_schema"u8, asked.Capabilities.HasFlag(CatalogCapabilities.JsonSchema));
        json.WriteNumber("prompt_tokens"u8, asked.PromptTokens);
        json.WriteNumber("answer_tokens"u8, asked.AnswerTokens);
        json.WriteEndObject();
    }

    private static void WriteConstraints(Utf8JsonWriter json, in RouteConstraints limits)
    {
        json.WriteStartObject("constraints"u8);
        if (limits.MaxCost is { } cost) json.WriteNumber("max_cost_nano_usd"u8, cost.Value);
        else json.WriteNull("max_cost_nano_usd"u8);
        WriteNumber(json, "max_latency_ms"u8, limits.MaxLatency?.TotalMilliseconds);
        WriteNumber(json, "min_quality"u8, limits.MinQuality);
        json.WriteEndObject();
    }

    private static void WriteModels(Utf8JsonWriter json, IReadOnlyList<ModelOutlook> models, int most)
    {
        json.WriteStartArray("models"u8);
        foreach (var (model, why) in models.Take(most))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model.Name);
            json.WriteString("strategy"u8, ModelShape.NameOf(model.Strategy));
            json.WriteStartArray("targets"u8);
            for (var i = 0; i < Math.Min(model.Targets.Count, most); i++) WriteTarget(json, model.Targets[i], why[i]);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTarget(Utf8JsonWriter json, Target target, in Exclusion why)
    {
        json.WriteStartObject();
        json.WriteString("provider"u8, target.Provider.Name);
        json.WriteString("target_model"u8, target.Model);
        json.WriteBoolean("candidate"u8, why.Kind == ExclusionKind.None);
        json.WriteString("reason"u8, why.Kind == ExclusionKind.None ? null : why.Kind.ToString().ToLowerInvariant());
        json.WriteString("detail"u8, Detail(target, why));
        json.WriteNumber("weight"u8, target.Weight);
        json.WriteString("state"u8, target.Health.State switch { 0 => "down", 1 => "degraded", _ => "up" });
        json.WriteEndObject();
    }

    /// <summary>What of the target's is in the way.</summary>
    private static string? Detail(Target target, in Exclusion why) => why.Kind switch
    {
        ExclusionKind.None or ExclusionKind.Endpoint => null,
        ExclusionKind.Condition => why.Condition,
        ExclusionKind.Capability => why.Lacks.ToString().ToLowerInvariant(),
        ExclusionKind.Context => FormattableString.Invariant($"{target.Abilities.Context} tokens"),
        ExclusionKind.Quality => target.Quality is { } quality ? FormattableString.Invariant($"{quality}") : "not rated",
        ExclusionKind.Cost => $"up to ${why.Cost}",
        ExclusionKind.Latency => FormattableString.Invariant($"{why.Latency.TotalMilliseconds:0} ms"),
        ExclusionKind.Unlikely => "by the catalogue",
        _ => throw new UnreachableException($"undescribed exclusion {why.Kind}"),
    };

    private static void WriteStep(Utf8JsonWriter json, StepOutlook step)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, step.Model.Name);
        json.WriteString("provider"u8, step.Target.Provider.Name);
        json.WriteString("target_model"u8, step.Target.Model);
        json.WriteBoolean("priced"u8, step.Target.Price is not null);
        json.WriteNumber("bound_nano_usd"u8, step.Bound.Value);
        json.WriteNumber("about_nano_usd"u8, (long)step.About);
        WriteError(json, "refused"u8, step.Refused?.Error);
        json.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter json, ScopeStatus scope, int most)
    {
        json.WriteStartObject();
        json.WriteString("owner_kind"u8, scope.Kind.Label());
        json.WriteString("owner"u8, scope.Owner);
        json.WriteNumber("running"u8, scope.Running);
        WriteNumber(json, "concurrency"u8, scope.Concurrency);
        WriteRate(json, "requests"u8, scope.Rates.Requests);
        WriteRate(json, "tokens"u8, scope.Rates.Tokens);
        json.WriteStartArray("budgets"u8);
        foreach (var budget in scope.Budgets.Take(most))
        {
            json.WriteStartObject();
            json.WriteString("period"u8, budget.Period.ToString().ToLowerInvariant());
            json.WriteBoolean("rolling"u8, budget.IsRolling);
            json.WriteNumber("limit"u8, budget.Limit.Value);
            json.WriteNumber("spent"u8, budget.Spent.Value);
            json.WriteNumber("held"u8, budget.Held.Value);
            json.WriteNumber("left"u8, budget.Left.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRate(Utf8JsonWriter json, ReadOnlySpan<byte> name, RateLimitStatus? rate)
    {
        if (rate is not { } status)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("limit"u8, status.Limit);
        json.WriteNumber("remaining"u8, status.Remaining);
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, ReadOnlySpan<byte> name, GatewayError? error)
    {
        if (error is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("status"u8, error.Status);
        json.WriteString("code"u8, error.Code ?? ErrorTable.Describe(error.Kind).Code);
        json.WriteString("param"u8, error.Param);
        json.WriteString("message"u8, error.Message);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
