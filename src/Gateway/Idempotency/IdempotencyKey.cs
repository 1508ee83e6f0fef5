using System.Security.Cryptography;
using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Stores;
using Gateway.Pipeline;
using Gateway.Routing;
using Microsoft.Extensions.Primitives;

namespace Gateway.Idempotency;

/// <summary>The header <c>Idempotency-Key</c>: an application's own name for a request that is to be made once. Nobody but this file sees its text.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    /// <returns>The claim that the request makes: a record's id, which only the same virtual key can come to, and a digest of what is asked.</returns>
    public static Outcome<IdempotencyClaim> Read(Call call)
    {
        var values = call.Http.Request.Headers[Header];
        if (Problem(values) is { } problem)
            return new GatewayError(ErrorKind.InvalidRequest, $"The header '{Header}' {problem}.", Header);
        return new IdempotencyClaim(
            Digest(Owner(call.Key!), Encoding.ASCII.GetBytes(values.ToString())), Digest(call.Endpoint.Route(), call.Body.Span), call.RequestId);
    }

    /// <summary>With the team: a key of this name that another team makes later is another owner. A line break stands in no name.</summary>
    private static string Owner(KeyEntry key) => key.Team is { } team ? $"{key.Name}\n{team}" : key.Name;

    private static string? Problem(StringValues values) => values.Count > 1 ? "is there more than once" : values.ToString() switch
    {
        "" => "is empty",
        { Length: > MaxLength } => $"has at most {MaxLength} characters",
        var text => text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? "is printable ASCII" : null,
    };

    /// <summary>With a zero between, which neither a name nor a route contains: no two pairs are one text.</summary>
    private static byte[] Digest(string first, ReadOnlySpan<byte> second)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(first));
        hash.AppendData([0]);
        hash.AppendData(second);
        return hash.GetHashAndReset();
    }
}
