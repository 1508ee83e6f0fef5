namespace Gateway.Auth;

/// <summary>Who may call an admin route. A route says so in its metadata; what it does not say is denied.</summary>
[Flags]
internal enum AdminRoles
{
    None = 0,
    /// <summary>Reads.</summary>
    Viewer = 1,
    /// <summary>Reads and changes keys of its own teams, and reads those teams, their rows and their budgets.</summary>
    Manager = 2,
    /// <summary>Everything.</summary>
    Admin = 4,
    All = Viewer | Manager | Admin,
}

/// <summary>Every admin route carries one beside its <see cref="AccessMetadata"/>; a test fails for one without.</summary>
internal sealed record AdminAccess(AdminRoles Roles);
