using Gateway.Config;

namespace Gateway.Routing;

/// <summary>Whether two configurations of a provider are the same. Records compare lists and maps by reference, which a reload always changes.</summary>
internal static class ProviderConfigs
{
    public static bool Same(ProviderConfig a, ProviderConfig b) =>
        a with { Headers = b.Headers, ApiKeys = b.ApiKeys } == b && a.ApiKeys.SequenceEqual(b.ApiKeys) && a.Headers.Count == b.Headers.Count && a.Headers.All(h => b.Headers.TryGetValue(h.Key, out var value) && value == h.Value);
}
