namespace Gateway.Auth;

/// <summary>Who may call an admin route. A route says so; what it does not say is denied.</summary>
[Flags]
internal enum AdminRoles
{
    None = 0,
    /// <summary>Reads.</summary>
    Viewer = 1,
    /// <summary>Reads and changes keys and prompts of its own teams, and reads those teams, their rows and their budgets.</summary>
    Manager = 2,
    /// <summary>Everything.</summary>
    Admin = 4,
    All = Viewer | Manager | Admin,
}
