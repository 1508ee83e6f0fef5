using System.Security.Cryptography;
using System.Text;
using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Entities;
using Gateway.Reply;

namespace Gateway.Admin;

/// <summary>Lets a request through that carries the admin key, or a token whose role the route names, and no other.</summary>
internal sealed class AdminGate
{
    private const string Scheme = "Bearer ";

    private readonly byte[] _digest;
    private readonly TokenTable _tokens;
    private readonly LoginThrottle _throttle;
    private readonly AdminThrottle _rate;
    private readonly ILogger _logger;

    /// <param name="rps">Requests a second that one credential may make.</param>
    public AdminGate(Secret adminKey, int rps, TokenTable tokens, TimeProvider time, ILogger<AdminGate> logger)
    {
        // Digests are of one length, so that the comparison tells nothing about the key's.
        _digest = SHA256.HashData(Encoding.UTF8.GetBytes(adminKey.Reveal()));
        _tokens = tokens;
        _throttle = new(time);
        _rate = new(rps, time);
        _logger = logger;
    }

    /// <param name="roles">Who may call it; the route says the same (<see cref="Endpoints.Route.Roles"/>).</param>
    public RequestDelegate Protect(RequestDelegate next, AdminRoles roles) => http => Refuse(http, roles) is { } error ? WriteAsync(http, error) : next(http);

    private GatewayError? Refuse(HttpContext http, AdminRoles roles)
    {
        var address = http.Connection.RemoteIpAddress;
        if (_throttle.Wait(address) is { } wait)
            return new(ErrorKind.RateLimited, $"Too many wrong admin keys from this address. Try again in {Math.Ceiling(wait.TotalSeconds)} s.") { RetryAfter = wait };
        var headers = http.Request.Headers.Authorization;
        if (headers.Count == 0)
            return new(ErrorKind.InvalidApiKey, "The admin API needs the admin key or a token: Authorization: Bearer ADMIN_KEY.");
        if (headers.Count == 1 && Who(headers[0]) is { } who)
        {
            http.Features.Set(who);
            if (_rate.Take(who.Name) is { } pause)
                return new(ErrorKind.RateLimited, "This credential asks more often than server.admin_rps allows.") { RetryAfter = pause };
            return roles.HasFlag(who.Role) ? null : new(ErrorKind.Forbidden, $"A token of the role {who.RoleName} may not do this.");
        }
        if (_throttle.Fail(address))
            AdminLog.LoginsThrottled(_logger, address, LoginThrottle.Allowed);
        return new(ErrorKind.InvalidApiKey, "This is not the admin key, nor a token.");
    }

    private AdminPrincipal? Who(string? header)
    {
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()), digest);
        return CryptographicOperations.FixedTimeEquals(digest, _digest) ? AdminPrincipal.AdminKey : _tokens.Find(Convert.ToHexStringLower(digest));
    }

    private static Task WriteAsync(HttpContext http, GatewayError error) => ErrorWriter.WriteAsync(http.Response, error, http.RequestAborted).AsTask();
}
