using System.Security.Cryptography;
using System.Text;

namespace Gateway.EndToEnd.Rig;

/// <summary>Checks a signature as AWS would, from the bytes of a request alone.</summary>
internal static class AwsVerifier
{
    /// <param name="request">As it came, in Latin-1.</param>
    public static bool IsSigned(string request, string id, string secret, string region)
    {
        var head = request[..request.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n");
        var body = Encoding.Latin1.GetBytes(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        var headers = head.Skip(1).Select(static l => l.Split(": ", 2)).ToDictionary(static p => p[0].ToLowerInvariant(), static p => p[1].Trim(), StringComparer.Ordinal);
        var authorization = headers["authorization"];
        var (names, signature) = (Between(authorization, "SignedHeaders=", ","), authorization[(authorization.IndexOf("Signature=", StringComparison.Ordinal) + 10)..]);
        var time = headers["x-amz-date"];
        var scope = $"{time[..8]}/{region}/bedrock/aws4_request";
        var line = head[0].Split(' ');
        var path = string.Concat(line[1].Select(static c => char.IsAsciiLetterOrDigit(c) || "-._~/".Contains(c, StringComparison.Ordinal) ? c.ToString() : $"%{(int)c:X2}"));
        var canonical = $"{line[0]}\n{path}\n\n{string.Concat(names.Split(';').Select(n => $"{n}:{headers[n]}\n"))}\n{names}\n{Convert.ToHexStringLower(SHA256.HashData(body))}";
        var toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/')) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return authorization.StartsWith($"AWS4-HMAC-SHA256 Credential={id}/{scope}, ", StringComparison.Ordinal) && names.Split(';').Contains("host")
            && signature == Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }
}
