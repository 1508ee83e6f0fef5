using Gateway.Core.Errors;

namespace Gateway.Core.Providers;

/// <summary>Shows a provider who asks, where the headers for it are not the same for every request: signatures, tokens that expire. One for a provider of the configuration; thread-safe.</summary>
public interface ICredential
{
    /// <summary>The headers for one request. There at once, but where something must be fetched first; an error then means that nothing was sent.</summary>
    ValueTask<Outcome<IReadOnlyList<KeyValuePair<string, string>>>> ShowAsync(OutgoingRequest request, CancellationToken cancellationToken);

    /// <summary>The headers depend on the body, which must be there then.</summary>
    bool SignsBody => false;

    /// <summary>What nobody may be told, to be looked for in what the provider says.</summary>
    IReadOnlyList<ReadOnlyMemory<byte>> Secrets { get; }
}

/// <summary>A request that is about to be sent.</summary>
/// <param name="Address">As it will be asked.</param>
/// <param name="Body">All of it.</param>
/// <param name="Headers">Of the provider and of the request; there are others that say nothing to the provider.</param>
/// <param name="Time">The host's clock.</param>
public readonly record struct OutgoingRequest(string Method, Uri Address, ReadOnlyMemory<byte> Body, IEnumerable<KeyValuePair<string, string>> Headers, TimeProvider Time);
