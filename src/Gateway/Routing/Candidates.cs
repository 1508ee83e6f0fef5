using System.Numerics;
using Gateway.Admission;
using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Routing;

/// <summary>Which of a model's targets can serve a request.</summary>
internal static class Candidates
{
    /// <param name="why">Where it has a place for every target, what keeps each of them out.</param>
    /// <returns>A bit for each target of the model.</returns>
    public static ulong Of(ModelEntry model, Call call, Span<Exclusion> why = default) => Of(model, call, isNow: true, why);

    /// <summary>Those that the same request may have at any time, however slow they are now.</summary>
    public static ulong Lasting(ModelEntry model, Call call) => Of(model, call, isNow: false, default);

    private static ulong Of(ModelEntry model, Call call, bool isNow, Span<Exclusion> why)
    {
        var candidates = 0UL;
        var limits = model.Constraints.And(call.Options.Constraints);
        if (!isNow) limits = limits with { MaxLatency = null };
        for (var i = 0; i < model.Targets.Count; i++)
        {
            var exclusion = Check(model.Targets[i], call);
            if (exclusion.Kind == ExclusionKind.None && !limits.IsNone) exclusion = Keep(model, model.Targets[i], call, limits);
            if (exclusion.Kind == ExclusionKind.None) candidates |= 1UL << i;
            if (!why.IsEmpty) why[i] = exclusion;
        }

        var likely = Likely(model, call, candidates);
        if (!why.IsEmpty)
            for (var left = candidates & ~likely; left != 0; left &= left - 1) why[BitOperations.TrailingZeroCount(left)] = new(ExclusionKind.Unlikely);
        return likely;
    }

    public static bool Serves(ProviderManifest manifest, Call call) =>
        manifest.Serves(call.Endpoint) || (call.IsBeforeHub && manifest.Serves(InferenceEndpoint.ChatCompletions));

    private static Exclusion Check(Target target, Call call)
    {
        if (!Serves(target.Provider.Manifest, call)) return new(ExclusionKind.Endpoint);
        if (target.When?.Unmet(call) is { } unmet) return new(ExclusionKind.Condition, unmet);
        if (target.Abilities.IsOpen) return default;
        var needs = call.Needs;
        var lacks = target.Abilities.LackedBy(needs);
        if (lacks != 0) return new(ExclusionKind.Capability, Lacks: lacks);
        return target.Abilities.IsTooShortFor(needs) ? new(ExclusionKind.Context) : default;
    }

    /// <summary>What of the constraints the target does not keep.</summary>
    private static Exclusion Keep(ModelEntry model, Target target, Call call, in RouteConstraints limits)
    {
        if (limits.MinQuality is { } least && !(target.Quality >= least)) return new(ExclusionKind.Quality);
        if (limits.MaxCost is { } most && AttemptBound.Cost(AttemptEstimate.Of(call, model, target)) is var cost && cost.Value > most.Value) return new(ExclusionKind.Cost) { Cost = cost };
        if (limits.MaxLatency is { } longest && target.Health.Latency(call.Fields.Stream).Recent(out var left) is { } latency && latency > longest)
            return new(ExclusionKind.Latency) { Latency = latency, Wait = left };
        return default;
    }

    /// <summary>Those that by the catalogue can do what the request needs; where that is none, all: the catalogue may be wrong, and the provider will say so.</summary>
    private static ulong Likely(ModelEntry model, Call call, ulong candidates)
    {
        if (!AreUnlike(model, candidates)) return candidates;
        var (needs, likely) = (call.Needs, 0UL);
        for (var left = candidates; left != 0; left &= left - 1)
        {
            var index = BitOperations.TrailingZeroCount(left);
            if (model.Targets[index].Abilities.IsLikelyFor(needs)) likely |= 1UL << index;
        }

        return likely != 0 ? likely : candidates;
    }

    /// <summary>The catalogue says different things of them: most models' targets are alike, and their requests need not be read for it.</summary>
    private static bool AreUnlike(ModelEntry model, ulong candidates)
    {
        if (candidates == 0) return false;
        var first = model.Targets[BitOperations.TrailingZeroCount(candidates)].Abilities;
        for (var left = candidates & (candidates - 1); left != 0; left &= left - 1)
            if (!model.Targets[BitOperations.TrailingZeroCount(left)].Abilities.IsAsLikelyAs(first)) return true;
        return false;
    }
}
