using Gateway.Auth;
using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Entities;

/// <summary>A credential for the admin API that can do less than the admin key.</summary>
internal sealed record AdminToken(string Name, AdminRoles Role, IReadOnlyList<string> Teams)
{
    private static readonly ChoiceKind<AdminRoles> Roles = new([("admin", AdminRoles.Admin), ("manager", AdminRoles.Manager), ("viewer", AdminRoles.Viewer)]);

    private static readonly Key<string> NameKey = new("name", Texts.Name, "How the audit calls it.") { Required = true };

    private static readonly Key<AdminRoles> RoleKey = new("role", Roles, "What it may do: admin, manager or viewer.") { Required = true };

    private static readonly Key<IReadOnlyList<string>> TeamsKey = new("teams", new ListKind<string>("a list of teams", Texts.Name), "The teams whose keys a manager manages.") { Default = [] };

    public static readonly RecordKind<AdminToken> Kind = new("token", [NameKey, RoleKey, TeamsKey], Build);

    /// <summary>What a manager without a team would see is nothing, and what an admin with teams might seem to be is not what it is.</summary>
    private static AdminToken Build(MappingReader m)
    {
        var token = new AdminToken(m.Get(NameKey), m.Get(RoleKey), m.Get(TeamsKey));
        foreach (var team in token.Teams)
            m.RequireKnown(TeamsKey, team, m.Context.Teams);
        if (token.Role == AdminRoles.Manager && !m.Has(TeamsKey))
            m.Fail("a manager needs teams");
        if (token.Role != AdminRoles.Manager && m.Has(TeamsKey))
            m.Fail(TeamsKey, "only a manager has teams; remove them");
        return token;
    }
}
