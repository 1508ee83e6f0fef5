namespace Gateway.Core.Providers;

/// <summary>A model that lives in the gateway's own process. It plays the upstream: bytes in, bytes out, in the provider's own wire format.</summary>
public interface IInProcessModel
{
    /// <summary>The whole answer to a request: deterministic, the same for the same bytes.</summary>
    InProcessReply Answer(in UpstreamRequest request);
}

/// <param name="Status">HTTP status the upstream would have had.</param>
/// <param name="Parts">The body in the pieces it would arrive in, enumerated once; the host paces the pieces of a stream.</param>
public sealed record InProcessReply(int Status, IEnumerable<ReadOnlyMemory<byte>> Parts)
{
    /// <summary>The time before each part, where it is not to be the configuration's.</summary>
    public TimeSpan? Pace { get; init; }

    /// <summary>The time before the first part, where it is longer than the others'.</summary>
    public TimeSpan Delay { get; init; }
}
