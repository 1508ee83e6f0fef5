namespace Gateway.Auth;

/// <summary>Who may call an endpoint. Authorisation looks at the matched endpoint's metadata, never at the URL's text.</summary>
internal enum Access
{
    /// <summary>Anybody who can reach the port: health, metrics.</summary>
    Public,
    /// <summary>A virtual key.</summary>
    Inference,
    /// <summary>The admin key.</summary>
    Admin,
}

/// <summary>Every endpoint carries one; a test fails for an endpoint without.</summary>
internal sealed record AccessMetadata(Access Access);
