using Gateway.Core.Providers;

namespace Gateway.Config;

public sealed record ProviderConfig
{
    public required string Name { get; init; }

    public required string Kind { get; init; }

    /// <summary>The provider's key.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>Several of them, in place of <see cref="ApiKey"/>.</summary>
    public IReadOnlyList<Secret> ApiKeys { get; init; } = [];

    public IEnumerable<Secret> AllKeys => ApiKey is { } only ? [only] : ApiKeys;

    /// <summary>What stands before the API's own path; the kind's own address where absent.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Sent with every request to this provider.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>OpenAI only.</summary>
    public string? Organization { get; init; }

    /// <summary>OpenAI and Vertex AI only.</summary>
    public string? Project { get; init; }

    /// <summary>Vertex AI and Bedrock only: the part of the world that answers.</summary>
    public string? Region { get; init; }

    /// <summary>Anthropic only: the version of its API; null: the kind's own.</summary>
    public string? Version { get; init; }

    /// <summary>Anthropic only: features that are not in the version yet, with commas between.</summary>
    public string? Beta { get; init; }

    /// <summary>Azure OpenAI only: the version of its API; null: the kind's own.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Vertex AI only: whose access tokens are sent, in place of <see cref="ApiKey"/>.</summary>
    public ServiceAccount? Account { get; init; }

    /// <summary>Bedrock only: with <see cref="SecretAccessKey"/> it signs requests, in place of <see cref="ApiKey"/>.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>Bedrock only.</summary>
    public Secret? SecretAccessKey { get; init; }

    /// <summary>Bedrock only: of keys that expire.</summary>
    public Secret? SessionToken { get; init; }

    /// <summary>Bedrock only: which of its APIs is asked; null: the kind's first.</summary>
    public string? Api { get; init; }

    public TimeoutConfig Timeout { get; init; } = new();

    /// <summary>How old a kept connection may become. What is under way over it ends first.</summary>
    /// <remarks>10 minutes: within them a change of DNS is followed also by what is never idle, and one TLS handshake in so long a time costs nothing.</remarks>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Demo only: the time between two pieces of a stream.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Null: the model's, or the root's.</summary>
    public DisconnectPolicy? OnDisconnect { get; init; }

    /// <summary>Null: the root's.</summary>
    public BreakerConfig? Breaker { get; init; }

    /// <summary>Null: only clients' requests show whether it answers.</summary>
    public ProbeConfig? Probe { get; init; }
}

public sealed record TimeoutConfig
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the request sent to the first byte of the answer's body.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an answer may be silent between two bytes.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(10);
}
