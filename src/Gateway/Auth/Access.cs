namespace Gateway.Auth;

/// <summary>Who may call an endpoint.</summary>
internal enum Access
{
    /// <summary>Anybody.</summary>
    Public,

    /// <summary>Holders of a virtual key.</summary>
    Inference,

    /// <summary>Holders of the admin key.</summary>
    Admin,
}

/// <summary>Stands on every endpoint; one without it is a mistake that a test finds.</summary>
internal sealed record AccessMetadata(Access Access);
