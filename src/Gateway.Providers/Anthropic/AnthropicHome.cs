namespace Gateway.Providers.Anthropic;

/// <summary>Where Claude is asked. In a cloud the model is a part of the path, and the version of the API one of the body.</summary>
internal sealed record AnthropicHome
{
    public static readonly AnthropicHome Own = new() { Path = static (_, _) => "messages" };

    /// <summary>From the model's name, and whether the answer is a stream.</summary>
    public required Func<string, bool, string> Path { get; init; }

    /// <summary>Null: a header says it.</summary>
    public string? Version { get; init; }

    /// <summary>Whether the body says that the answer is a stream; else the path alone does.</summary>
    public bool BodyHasStream { get; init; } = true;

    /// <summary>Headers of a request with a stream for its answer, and of one without.</summary>
    public Func<bool, IReadOnlyList<KeyValuePair<string, string>>> Headers { get; init; } = static _ => [];

    public bool IsCloud => Version is not null;
}
