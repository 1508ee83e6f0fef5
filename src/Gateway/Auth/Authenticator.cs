using Gateway.Core.Errors;
using Gateway.Routing;

namespace Gateway.Auth;

/// <summary>Step 1: which key is it? Before a byte of the body is read.</summary>
internal sealed class Authenticator(KeyHasher hasher, TimeProvider time)
{
    private static readonly GatewayError Unknown = new(ErrorKind.InvalidApiKey, "Incorrect API key provided. Ask the operator of this gateway for a key.");

    private static readonly GatewayError Expired = new(ErrorKind.InvalidApiKey, "This API key has expired. Ask the operator of this gateway for a new one.");

    private static readonly GatewayError Blocked = new(ErrorKind.KeyBlocked, "This API key is blocked. Ask the operator of this gateway why.");

    public Outcome<KeyEntry> Authenticate(IHeaderDictionary headers, GatewaySnapshot snapshot)
    {
        var credential = Credential.Read(headers);
        if (!credential.IsOk) return credential.Error;
        if (!hasher.TryDigest(credential.Value, out var digest) || !snapshot.Keys.TryGetValue(digest, out var key)) return Unknown;
        return Refuses(key) is { } refused ? refused : key;
    }

    /// <summary>Why a key that is known is not let in; null: it is.</summary>
    public GatewayError? Refuses(KeyEntry key) => key.Expires is { } end && time.GetUtcNow() > end ? Expired : key.Blocked ? Blocked : null;
}
