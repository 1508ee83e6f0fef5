using Gateway.Config;
using Gateway.Pipeline;

namespace Gateway.Routing;

/// <summary>What a request stays together with others by.</summary>
internal static class Affinity
{
    /// <returns>0: nothing.</returns>
    public static ulong Of(Call call, ModelEntry model)
    {
        var by = model.Sticky switch
        {
            Stickiness.Session => call.Options.Session,
            Stickiness.User => call.Options.User ?? call.Fields.User,
            _ => null,
        };
        // The key's name: one client's sessions say nothing of another's.
        return by is null ? 0 : (TextHash.Of(by) * 31) ^ TextHash.Of(call.Key!.Name) | 1;
    }
}
