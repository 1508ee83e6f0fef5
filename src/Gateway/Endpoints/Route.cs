using Gateway.Auth;

namespace Gateway.Endpoints;

/// <summary>One thing this server answers to.</summary>
/// <param name="Path">Segments are literal, <c>{name}</c> for any one, or at the end <c>{**name}</c> for all that follow, none included.</param>
/// <param name="Methods">None: all that no other route of this path takes.</param>
/// <param name="Access">Who may call it.</param>
/// <param name="Roles">Of the admin API: which of its roles may.</param>
internal sealed record Route(string Path, IReadOnlyList<string> Methods, Access Access, RequestDelegate Handler, AdminRoles Roles = default)
{
    public bool Takes(string method) => Methods.Count == 0 || Methods.Contains(method);
}
