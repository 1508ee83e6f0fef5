namespace Gateway.Core.Errors;

/// <summary>Whose fault an upstream's error status is.</summary>
public static class UpstreamStatus
{
    /// <summary>
    /// What the request is to blame for keeps its status, a rate limit is one for the client too; the gateway's own credential, account and upstream are no
    /// business of the client's and end as a bad upstream.
    /// </summary>
    public static ErrorKind Classify(int status) => status switch
    {
        429 => ErrorKind.RateLimited,
        408 or 504 => ErrorKind.UpstreamTimeout,
        401 or 402 or 403 or 407 => ErrorKind.BadUpstream,
        >= 400 and < 500 => ErrorKind.UpstreamRejected,
        _ => ErrorKind.BadUpstream,
    };
}
