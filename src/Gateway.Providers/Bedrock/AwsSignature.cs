using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Providers.Bedrock;

/// <summary>
/// Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html): what is asked, when and by whom goes into a hash under a key that is made of the
/// secret, the day, the region and the service. Thread-safe.
/// </summary>
internal sealed class AwsSignature(string accessKeyId, string secretAccessKey, string? sessionToken, string region, string service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    private volatile DayKey? _key;

    /// <param name="headers">Of the request; those of AWS and the content's type are signed, since nobody on the way has a reason to change them.</param>
    /// <returns>The headers to add.</returns>
    public IReadOnlyList<KeyValuePair<string, string>> Sign(string method, Uri address, IEnumerable<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var added = new List<KeyValuePair<string, string>>(3) { new("X-Amz-Date", time) };
        if (sessionToken is not null) added.Add(new("X-Amz-Security-Token", sessionToken));
        var signed = Signed(address, headers.Concat(added));
        var names = string.Join(';', signed.Keys);
        var canonical = new StringBuilder()
            .Append(method).Append('\n')
            .Append(Path(address)).Append('\n')
            .Append(Query(address)).Append('\n')
            .AppendJoin("", signed.Select(static h => $"{h.Key}:{h.Value}\n")).Append('\n')
            .Append(names).Append('\n')
            .Append(Convert.ToHexStringLower(SHA256.HashData(body)))
            .ToString();
        var scope = $"{time[..8]}/{region}/{service}/aws4_request";
        var toSign = $"{Algorithm}\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(KeyOf(time[..8]), Encoding.UTF8.GetBytes(toSign)));
        added.Add(new("Authorization", $"{Algorithm} Credential={accessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}"));
        return added;
    }

    /// <summary>The key of a day; the last one is kept.</summary>
    private byte[] KeyOf(string date)
    {
        if (_key is { } kept && kept.Date == date) return kept.Key;
        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + secretAccessKey), Encoding.UTF8.GetBytes(date));
        foreach (var part in new[] { region, service, "aws4_request" }) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        _key = new(date, key);
        return key;
    }

    private static SortedDictionary<string, string> Signed(Uri address, IEnumerable<KeyValuePair<string, string>> headers)
    {
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = Host(address) };
        foreach (var (name, value) in headers)
        {
            var lower = name.ToLowerInvariant();
            if (lower != "content-type" && !lower.StartsWith("x-amz", StringComparison.Ordinal)) continue;
            var plain = string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            signed[lower] = signed.TryGetValue(lower, out var other) ? $"{other},{plain}" : plain;
        }

        return signed;
    }

    /// <summary>As the header will be: without the port where it is the scheme's own.</summary>
    private static string Host(Uri address)
    {
        var host = address.HostNameType == UriHostNameType.IPv6 ? $"[{address.IdnHost}]" : address.IdnHost;
        return address.IsDefaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{address.Port}");
    }

    /// <summary>Every service but S3 wants each segment of the path encoded once more than it is on the wire.</summary>
    private static string Path(Uri address) => string.Join('/', address.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string Query(Uri address) => string.Join('&', address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static pair => pair.Split('=', 2))
        .Select(static pair => (Name: Encoded(pair[0]), Value: Encoded(pair.Length > 1 ? pair[1] : "")))
        .OrderBy(static p => p.Name, StringComparer.Ordinal).ThenBy(static p => p.Value, StringComparer.Ordinal)
        .Select(static p => $"{p.Name}={p.Value}"));

    private static string Encoded(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    private sealed record DayKey(string Date, byte[] Key);
}
