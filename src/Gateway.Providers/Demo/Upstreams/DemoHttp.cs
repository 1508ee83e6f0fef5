namespace Gateway.Providers.Demo.Upstreams;

/// <summary>A request to one of the demo's upstreams.</summary>
/// <param name="Path">Decoded, with the upstream's prefix: <c>/anthropic/v1/messages</c>.</param>
/// <param name="Query">A parameter's value; null where there is none.</param>
/// <param name="Header">A header's value; null where there is none.</param>
/// <param name="Now">For the answers that have a date in them.</param>
public sealed record DemoHttpRequest(string Method, string Path, Func<string, string?> Query, Func<string, string?> Header, ReadOnlyMemory<byte> Body, DateTimeOffset Now);

/// <summary>What an upstream answers.</summary>
/// <param name="Parts">The body in the pieces it is sent in, enumerated once.</param>
public sealed record DemoHttpReply(int Status, string ContentType, IEnumerable<ReadOnlyMemory<byte>> Parts)
{
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>What is promised in <c>content-length</c>; null: the body comes in chunks.</summary>
    public long? Length { get; init; }

    /// <summary>The connection ends after the last part without the end of the body, and where there is no part, before the first byte.</summary>
    public bool IsCut { get; init; }

    /// <summary>The time before the first part, and the head with it.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The time before each part of a stream; null: the server's own.</summary>
    public TimeSpan? Pace { get; init; }

    public bool IsStream { get; init; }
}
