namespace Gateway.Core.Providers;

/// <summary>What to send to a provider, apart from its credential and where it lives.</summary>
/// <param name="Path">Below the provider's base URL, without a leading slash.</param>
/// <param name="Body">Valid until the attempt ends.</param>
/// <param name="Stream">Whether the answer is expected as a stream.</param>
public readonly record struct UpstreamRequest(string Path, ReadOnlyMemory<byte> Body, bool Stream)
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>What the translator has to know of the request when it reads the answer; the host hands it back as <see cref="TranslationContext.Memory"/>.</summary>
    public object? Memory { get; init; }

    /// <summary>Fields of the client's request that were left out (<see cref="TranslationContext.DropParams"/>).</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>Further headers; names and values without control characters.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
