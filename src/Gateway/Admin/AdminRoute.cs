using Gateway.Admin.OpenApi;
using Gateway.Auth;

namespace Gateway.Admin;

/// <summary>One method of one path: who may call it, what it does, and what the OpenAPI document says about it.</summary>
internal sealed record AdminRoute(string Method, string Path, AdminRoles Roles, RequestDelegate Handler, AdminOperation Operation)
{
    /// <summary><c>name</c> of <c>/admin/v1/keys/{name}</c>.</summary>
    public IEnumerable<string> PathParameters => Path.Split('/').Where(static s => s.StartsWith('{')).Select(static s => s[1..^1]);
}
