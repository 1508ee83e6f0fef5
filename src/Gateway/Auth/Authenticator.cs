using Gateway.Core.Errors;
using Gateway.Routing;

namespace Gateway.Auth;

/// <summary>Step 1: which key is it? Before a byte of the body is read.</summary>
internal sealed class Authenticator(KeyHasher hasher, TimeProvider time)
{
    private static readonly GatewayError Unknown = new(ErrorKind.InvalidApiKey, "Incorrect API key provided. Ask the operator of this gateway for a key.");

    private static readonly GatewayError Expired = new(ErrorKind.InvalidApiKey, "This API key has expired. Ask the operator of this gateway for a new one.");

    private static readonly GatewayError Blocked = new(ErrorKind.KeyBlocked, "This API key is blocked. Ask the operator of this gateway why.");

    public Outcome<KeyEntry> Authenticate(HttpContext http, GatewaySnapshot snapshot)
    {
        var credential = Credential.Read(http.Request.Headers);
        if (!credential.IsOk) return credential.Error;
        if (!TryDigest(credential.Value, http.Features.Get<ShownKey>(), out var digest) || !snapshot.Keys.TryGetValue(digest, out var key)) return Unknown;
        return Refuses(key) is { } refused ? refused : key;
    }

    /// <summary>Why a key that is known is not let in; null: it is.</summary>
    public GatewayError? Refuses(KeyEntry key) => key.Expires is { } end && time.GetUtcNow() > end ? Expired : key.Blocked ? Blocked : null;

    /// <param name="shown">What the connection showed before; null: nothing is known of it.</param>
    private bool TryDigest(string credential, ShownKey? shown, out KeyDigest digest)
    {
        if (shown is not null && shown.TryGet(credential, out digest)) return true;
        if (!hasher.TryDigest(credential, out digest)) return false;
        shown?.Remember(credential, digest);
        return true;
    }
}
