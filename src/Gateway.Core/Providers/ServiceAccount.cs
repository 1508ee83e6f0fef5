namespace Gateway.Core.Providers;

/// <summary>A program's account on Google Cloud. Printing it shows nothing.</summary>
/// <param name="PrivateKey">PEM.</param>
/// <param name="TokenUri">Where an assertion signed with the key is exchanged for an access token.</param>
public sealed record ServiceAccount(string Email, string KeyId, string PrivateKey, Uri TokenUri)
{
    public override string ToString() => "***";
}
