using Gateway.Admission;
using Gateway.Cache;
using Gateway.Core.Errors;
using Gateway.Pipeline;
using Gateway.Routing;

namespace Gateway.Explaining;

/// <summary>
/// Says what would happen to a request, by the code that would do it: a walk through its targets that enters none of them, and a look at admission that takes nothing. What other gateways have of shared limits is not asked.
/// </summary>
internal sealed class Explainer(MemoryAdmission admission)
{
    /// <summary>The body is read once for each of them.</summary>
    private const int MostSteps = 16;

    /// <summary>What each target is taken to answer, to see who is asked after it.</summary>
    private static readonly GatewayError Failed = new(ErrorKind.BadUpstream, "");

    /// <param name="call">As it is after step 4; with no attempt made.</param>
    public Explanation Explain(Call call)
    {
        var model = call.Model!;
        List<ModelOutlook> models = [Outlook(model, call)];
        var steps = new List<StepOutlook>();
        var walk = new RouteWalk(call, isDry: true);
        GatewayError? failed = null;
        while (steps.Count < MostSteps && walk.Next(ref failed, out _) is { } target)
        {
            var serving = call.Serving!;
            if (!ReferenceEquals(models[^1].Model, serving)) models.Add(Outlook(serving, call));
            var request = AttemptEstimate.Of(call, serving, target);
            steps.Add(new(serving, target, AttemptBound.Cost(request), RouteAsk.Of(call, serving).PriceAt(target), admission.Look(request)));
            failed = Failed;
        }

        var looksUp = model.Cache is not null && !ResponseCache.IsBypassed(call);
        var first = steps.Count > 0 ? steps[0] : null;
        return new(call)
        {
            Needs = call.Needs,
            Constraints = model.Constraints.And(call.Options.Constraints),
            Cache = model.Cache is null ? CacheOutlook.Off : looksUp && call.Options.Cache == CacheControl.Default ? CacheOutlook.Lookup : CacheOutlook.Bypass,
            CacheKey = looksUp ? CacheKeys.Of(call, model.Cache!) : null,
            Models = models,
            Steps = steps,
            Limits = admission.Statuses(AttemptEstimate.Of(call, first?.Model ?? model, first?.Target ?? model.Targets[0]) with { IsLocal = first is null }),
            Error = first is null ? failed : Told(steps),
        };
    }

    private static ModelOutlook Outlook(ModelEntry model, Call call)
    {
        var why = new Exclusion[model.Targets.Count];
        Candidates.Of(model, call, why);
        return new(model, why);
    }

    /// <summary>A target that is full is passed over; whom a key, a team or the gateway itself refuses is told so.</summary>
    private static GatewayError? Told(List<StepOutlook> steps)
    {
        foreach (var step in steps)
            if (step.Refused is not { OwnerKind: OwnerKind.Target }) return step.Refused?.Error;
        return steps[^1].Refused!.Error;
    }
}
