using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Routing;

/// <summary>Which of a model's targets can serve a request.</summary>
internal static class Candidates
{
    /// <returns>A bit for each target of the model.</returns>
    public static ulong Of(ModelEntry model, Call call)
    {
        var candidates = 0UL;
        for (var i = 0; i < model.Targets.Count; i++)
            if (Serves(model.Targets[i].Provider.Manifest, call)) candidates |= 1UL << i;
        return candidates;
    }

    public static bool Serves(ProviderManifest manifest, Call call) =>
        manifest.Serves(call.Endpoint) || (call.IsBeforeHub && manifest.Serves(InferenceEndpoint.ChatCompletions));
}
