using Gateway.Providers.Demo.Model;

namespace Gateway.Providers.Demo.Upstreams;

/// <summary>A provider as its clients see it: where it is, how it is shown a key, what it serves, how it fails.</summary>
internal interface IDemoUpstream
{
    DemoPlace Place { get; }

    /// <summary>The key of a request, wherever this provider has it; null where there is none.</summary>
    string? Credential(DemoHttpRequest request);

    /// <summary>What is served there; null: nothing.</summary>
    /// <param name="path">Below the prefix, without a slash before it.</param>
    IDemoEndpoint? Find(string path);

    DemoErrorReply Error(DemoProblem problem, DemoExchange exchange);
}

/// <summary>One operation of an upstream, over JSON.</summary>
internal interface IDemoEndpoint
{
    /// <returns>Null where the exchange has a problem.</returns>
    DemoSpoken? Answer(DemoExchange exchange);
}

/// <summary>An answer in a provider's own wire format.</summary>
/// <param name="Parts">The events of a stream, or the one body.</param>
/// <param name="Stage">Null: no stream.</param>
internal sealed record DemoSpoken(string ContentType, IReadOnlyList<ReadOnlyMemory<byte>> Parts, DemoStage? Stage = null)
{
    public static DemoSpoken Json(ReadOnlyMemory<byte> body) => new("application/json", [body]);
}
