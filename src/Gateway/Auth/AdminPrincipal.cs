namespace Gateway.Auth;

/// <summary>Who sends an admin request.</summary>
/// <param name="Name">For the audit: <c>admin_key</c>, or <c>token:NAME</c>.</param>
/// <param name="Teams">What a manager is confined to; null: nothing.</param>
internal sealed record AdminPrincipal(string Name, AdminRoles Role, IReadOnlyList<string>? Teams)
{
    public static readonly AdminPrincipal AdminKey = new("admin_key", AdminRoles.Admin, null);

    public string RoleName => Role.ToString().ToLowerInvariant();

    /// <summary>Whether what belongs to a team (null: to none) is this one's to see, and to change where the route allows it.</summary>
    public bool Sees(string? team) => Teams is null || (team is not null && Teams.Contains(team, StringComparer.Ordinal));

    /// <exception cref="InvalidOperationException">The request did not pass <see cref="Admin.AdminGate"/>.</exception>
    public static AdminPrincipal Of(HttpContext http) => http.Features.Get<AdminPrincipal>() ?? throw new InvalidOperationException("nobody has looked at the credential");
}
