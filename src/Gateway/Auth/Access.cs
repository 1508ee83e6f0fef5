namespace Gateway.Auth;

/// <summary>Who may call an endpoint. Authorisation is the matched route's, never the URL's text.</summary>
internal enum Access
{
    /// <summary>Anybody who can reach the port: health, metrics.</summary>
    Public,
    /// <summary>A virtual key.</summary>
    Inference,
    /// <summary>The admin key.</summary>
    Admin,
}
