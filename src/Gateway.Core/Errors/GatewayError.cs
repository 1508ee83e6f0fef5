namespace Gateway.Core.Errors;

/// <summary>An expected failure, returned and not thrown.</summary>
/// <param name="Kind">What went wrong; <see cref="ErrorTable"/> gives status, type and code.</param>
/// <param name="Message">For the client: what is wrong and what to do. Never a secret, never a stack trace.</param>
/// <param name="Param">The request field that is to blame, or null.</param>
public sealed record GatewayError(ErrorKind Kind, string Message, string? Param = null)
{
    /// <summary>Replaces the code of the table, where the provider gave one of its own (<c>context_length_exceeded</c>, say).</summary>
    public string? Code { get; init; }

    /// <summary>The status the upstream answered with; null when it never answered.</summary>
    public int? UpstreamStatus { get; init; }

    /// <summary>The provider's own name of the failure, where a header has it (<see cref="Providers.ProviderManifest.ErrorTypeHeader"/>).</summary>
    public string? ProviderCode { get; init; }

    /// <summary>The provider's own error body (JSON), shown under <c>error.provider</c>; null when there was none or it was no JSON.</summary>
    public ReadOnlyMemory<byte>? ProviderBody { get; init; }

    /// <summary>The request never left this machine: nobody can bill it.</summary>
    public bool NotSent { get; init; }

    /// <summary>How long the client should wait; sent as <c>retry-after</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The provider said it in good order, inside an answer that had begun: nothing of what it sent is missing.</summary>
    public bool IsStated { get; init; }

    /// <summary>The time that the client gave the request was over: nobody is to blame.</summary>
    public bool IsClientLimit { get; init; }

    /// <summary>The client sees the upstream's status, whoever is to blame (<c>error_status: upstream</c>).</summary>
    public bool KeepsStatus { get; init; }

    /// <summary>The HTTP status the client sees: the upstream's own for <see cref="ErrorKind.UpstreamRejected"/>, else the table's.</summary>
    public int Status => (KeepsStatus || Kind == ErrorKind.UpstreamRejected) && UpstreamStatus is >= 400 and var status ? status : ErrorTable.Describe(Kind).Status;
}
