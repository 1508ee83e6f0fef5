namespace Gateway.Upstream;

/// <summary>A request in a provider's own format, as it will be sent.</summary>
/// <param name="Headers">All but those that the credential adds.</param>
/// <param name="Body">Null: it is sent as it comes.</param>
/// <param name="IsSocket">It asks to go on as a WebSocket.</param>
internal sealed record PassRequest(Uri Address, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte>? Body, bool IsSocket);

/// <summary>Takes the answer to a <see cref="PassRequest"/>.</summary>
internal interface IPassAnswer
{
    /// <summary>Status and headers are here; sends the client all of it. Throws nothing that the upstream or the client has done.</summary>
    ValueTask RelayAsync(HttpResponseMessage message);

    /// <summary>The provider goes on as a WebSocket; sets the headers of the answer.</summary>
    void Upgrade(HttpResponseMessage message);
}
