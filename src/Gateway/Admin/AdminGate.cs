using System.Security.Cryptography;
using System.Text;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Reply;

namespace Gateway.Admin;

/// <summary>Lets a request through that carries the admin key, and no other.</summary>
internal sealed class AdminGate
{
    private const string Scheme = "Bearer ";

    private readonly byte[] _digest;
    private readonly LoginThrottle _throttle;
    private readonly ILogger _logger;

    public AdminGate(Secret adminKey, TimeProvider time, ILogger<AdminGate> logger)
    {
        // Digests are of one length, so that the comparison tells nothing about the key's.
        _digest = SHA256.HashData(Encoding.UTF8.GetBytes(adminKey.Reveal()));
        _throttle = new(time);
        _logger = logger;
    }

    public RequestDelegate Protect(RequestDelegate next) => http => Refuse(http) is { } error ? WriteAsync(http, error) : next(http);

    private GatewayError? Refuse(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        if (_throttle.Wait(address) is { } wait)
            return new(ErrorKind.RateLimited, $"Too many wrong admin keys from this address. Try again in {Math.Ceiling(wait.TotalSeconds)} s.") { RetryAfter = wait };
        var headers = http.Request.Headers.Authorization;
        if (headers.Count == 0)
            return new(ErrorKind.InvalidApiKey, "The admin API needs the admin key: Authorization: Bearer ADMIN_KEY.");
        if (headers.Count == 1 && IsKey(headers[0]))
            return null;
        if (_throttle.Fail(address))
            AdminLog.LoginsThrottled(_logger, address, LoginThrottle.Allowed);
        return new(ErrorKind.InvalidApiKey, "This is not the admin key.");
    }

    private bool IsKey(string? header)
    {
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()), digest);
        return CryptographicOperations.FixedTimeEquals(digest, _digest);
    }

    private static Task WriteAsync(HttpContext http, GatewayError error) => ErrorWriter.WriteAsync(http.Response, error, http.RequestAborted).AsTask();
}
