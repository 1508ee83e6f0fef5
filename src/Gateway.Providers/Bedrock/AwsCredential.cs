using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Providers.Bedrock;

/// <summary>Access keys of an AWS account: every request is signed.</summary>
internal sealed class AwsCredential : ICredential
{
    /// <summary>Of Bedrock, whatever its host is called.</summary>
    private const string Service = "bedrock";

    private readonly AwsSignature _signature;

    private AwsCredential(string region, string accessKeyId, string secretAccessKey, string? sessionToken)
    {
        _signature = new(accessKeyId, secretAccessKey, sessionToken, region, Service);
        Secrets = [.. new[] { secretAccessKey, sessionToken }.OfType<string>().Select(static s => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(s))];
    }

    public bool SignsBody => true;

    public IReadOnlyList<ReadOnlyMemory<byte>> Secrets { get; }

    /// <returns>Null where the configuration has no access keys.</returns>
    public static AwsCredential? From(ProviderSecrets secrets) =>
        secrets is { AccessKeyId: { } id, SecretAccessKey: { } secret, Region: { } region } ? new(region, id, secret, secrets.SessionToken) : null;

    public ValueTask<Outcome<IReadOnlyList<KeyValuePair<string, string>>>> ShowAsync(OutgoingRequest request, CancellationToken cancellationToken) =>
        new(new Outcome<IReadOnlyList<KeyValuePair<string, string>>>(_signature.Sign(request.Method, request.Address, request.Headers, request.Body.Span, request.Time.GetUtcNow()), null));
}
