using Gateway.Core.Usage;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>What one event of an OpenAI stream says, beyond the text it carries.</summary>
public readonly record struct EventScan
{
    /// <summary>The usage object (Groq's stands in <c>x_groq</c>); empty where there is none, or it is null.</summary>
    public ByteRange Usage { get; init; }

    /// <summary>A top-level <c>error</c> that is not null, or <c>"object":"error"</c>: the stream has failed under status 200.</summary>
    public bool HasError { get; init; }

    /// <summary>There is a <c>choices</c> array and it is empty: the extra chunk that <c>include_usage</c> asks for, or Azure's opening one.</summary>
    public bool ChoicesEmpty { get; init; }

    /// <summary>The choices it says something of.</summary>
    public ChoiceSet Choices { get; init; }

    /// <summary>Those of them that have a <c>finish_reason</c> that is neither null nor empty.</summary>
    public ChoiceSet Finished { get; init; }

    /// <summary>Null where the event does not name one.</summary>
    public ServiceTier? Tier { get; init; }

    /// <summary>Bytes of what the model wrote, as they stand in the JSON.</summary>
    public long ContentBytes { get; init; }
}
