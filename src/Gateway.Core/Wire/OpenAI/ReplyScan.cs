using Gateway.Core.Usage;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>What the gateway needs to know of a complete OpenAI reply, as places in its bytes.</summary>
public readonly record struct ReplyScan
{
    /// <summary>The usage object; empty where there is none, or it is null.</summary>
    public ByteRange Usage { get; init; }

    /// <summary>The model the provider says it used: a JSON string, quotes included.</summary>
    public ByteRange Model { get; init; }

    /// <summary>Null where the reply does not name one.</summary>
    public ServiceTier? Tier { get; init; }

    /// <summary>The reply is an error, whatever its status: a top-level <c>error</c> that is not null, or <c>"object":"error"</c> (Mistral).</summary>
    public bool HasError { get; init; }

    /// <summary>It has choices, and each has a <c>finish_reason</c> that is neither null nor empty.</summary>
    public bool IsFinished { get; init; }

    /// <summary>Bytes of what the model wrote, as they stand in the JSON (text, reasoning, refusals, tool names and arguments).</summary>
    public long ContentBytes { get; init; }
}
