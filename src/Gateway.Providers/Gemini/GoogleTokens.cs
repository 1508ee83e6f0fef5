using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>Access tokens for a service account (RFC 7523; https://developers.google.com/identity/protocols/oauth2/service-account): an assertion, signed with its key, is exchanged for one.</summary>
internal sealed class GoogleTokens : ITokenExchange
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    /// <summary>As long as Google allows.</summary>
    private static readonly TimeSpan AssertionLifetime = TimeSpan.FromHours(1);

    /// <summary>Where Google does not say.</summary>
    private const int DefaultSeconds = 3600;

    private readonly ServiceAccount _account;
    private readonly RSA _key = RSA.Create();

    private GoogleTokens(ServiceAccount account)
    {
        _account = account;
        _key.ImportFromPem(account.PrivateKey);
    }

    public Uri Address => _account.TokenUri;

    /// <returns>Null where the configuration has no service account.</returns>
    public static GoogleTokens? From(ProviderSecrets secrets) => secrets.Account is { } account ? new(account) : null;

    public string Form(DateTimeOffset now) => "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + Assertion(now);

    public Outcome<AccessToken> Read(int status, ReadOnlySpan<byte> body)
    {
        var answer = ReplyJson.Parse(body, GoogleTokenJson.Default.GoogleTokenAnswer);
        if (status == 200 && answer?.AccessToken is { Length: > 0 } token && token.All(static c => c is > ' ' and <= '~'))
            return new AccessToken(token, TimeSpan.FromSeconds(Math.Clamp(answer.ExpiresIn ?? DefaultSeconds, 0, 86_400)));
        var why = answer?.ErrorDescription ?? answer?.Error;
        return new GatewayError(ErrorKind.BadUpstream, $"Google gave no access token: it answered {status}{(why is null ? "" : $", {why}")}.");
    }

    private string Assertion(DateTimeOffset now)
    {
        var header = RequestJson.Write(_account.KeyId, 256, static (json, keyId) =>
        {
            json.WriteString("alg"u8, "RS256"u8);
            json.WriteString("typ"u8, "JWT"u8);
            json.WriteString("kid"u8, keyId);
        });
        var claims = RequestJson.Write((_account, now), 512, static (json, ask) =>
        {
            json.WriteString("iss"u8, ask._account.Email);
            json.WriteString("scope"u8, Scope);
            json.WriteString("aud"u8, ask._account.TokenUri.OriginalString);
            json.WriteNumber("iat"u8, ask.now.ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, (ask.now + AssertionLifetime).ToUnixTimeSeconds());
        });
        var signed = $"{Base64Url.EncodeToString(header.Span)}.{Base64Url.EncodeToString(claims.Span)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }
}
