using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams;

/// <summary>Embeddings, of the providers that have a format of their own for them.</summary>
internal static class NativeVector
{
    private const int Default = 256, Most = 3072;

    /// <param name="dimensions">Null: the demo's own.</param>
    public static float[] Of(string text, long? dimensions, DemoExchange exchange)
    {
        if (dimensions is < 1 or > Most) exchange.Fail($"The dimensions must be from 1 to {Most}.", "dimensions");
        return exchange.Problem is null ? DemoVector.Of(new DemoEmbedInput(text, null), (int)(dimensions ?? Default)) : [];
    }
}
