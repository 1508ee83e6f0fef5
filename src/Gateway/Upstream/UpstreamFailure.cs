using System.Net.Sockets;
using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Routing;

namespace Gateway.Upstream;

/// <summary>What an upstream's failure means for the client, and whether the next target should be asked.</summary>
internal static class UpstreamFailure
{
    /// <summary>Of a provider's error body, no more is kept or shown.</summary>
    public const int MaxBody = 16 * 1024;

    /// <summary>What a client is told after a provider's 429 that does not say how long to wait; OpenAI's clients wait about as long by themselves.</summary>
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(1);

    public static GatewayError Of(HttpRequestException e, string provider) => new(ErrorKind.BadUpstream, e.HttpRequestError switch
    {
        _ when Resolver(e) is SocketError.TryAgain or SocketError.NoRecovery => $"The address of provider '{provider}' cannot be resolved: the name server did not answer, or could not find out.",
        HttpRequestError.NameResolutionError => $"The address of provider '{provider}' cannot be resolved: there is no such name.",
        HttpRequestError.ConnectionError => $"Provider '{provider}' cannot be reached.",
        HttpRequestError.SecureConnectionError => $"The TLS connection to provider '{provider}' could not be established.",
        HttpRequestError.ResponseEnded => $"Provider '{provider}' closed the connection before its answer was complete.",
        HttpRequestError.HttpProtocolError => $"The HTTP/2 connection to provider '{provider}', or the request's stream over it, was broken off before the answer began.",
        HttpRequestError.ConfigurationLimitExceeded => $"The answer of provider '{provider}' exceeds a limit of this gateway.",
        _ => $"The answer of provider '{provider}' is not valid HTTP.",
    })
    {
        NotSent = e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError,
    };

    /// <summary>The runtime has one name for all of a resolver's failures: that there is no such name, and that it could not be found out.</summary>
    private static SocketError? Resolver(HttpRequestException e) => (e.InnerException as SocketException)?.SocketErrorCode;

    public static GatewayError ConnectTimeout(OperationCanceledException e, string provider) => new(ErrorKind.UpstreamTimeout, e.InnerException is TimeoutException
        ? $"Connecting to provider '{provider}' took longer than its timeout.connect."
        : $"The request to provider '{provider}' was cancelled.")
    { NotSent = e.InnerException is TimeoutException };

    public static GatewayError Of(StopReason reason, string provider) => reason switch
    {
        StopReason.FirstByteTimeout => new(ErrorKind.UpstreamTimeout, $"Provider '{provider}' did not begin to answer within its timeout.first_byte."),
        StopReason.IdleTimeout => new(ErrorKind.UpstreamTimeout, $"Provider '{provider}' fell silent for longer than its timeout.idle."),
        StopReason.TotalTimeout => new(ErrorKind.UpstreamTimeout, $"Provider '{provider}' did not finish within its timeout.total."),
        StopReason.ClientLimit => new(ErrorKind.UpstreamTimeout, $"Provider '{provider}' did not finish within the time that this request had (x-gateway-timeout).") { IsClientLimit = true },
        StopReason.HoldSpent => new(ErrorKind.BudgetExceeded, $"The connection to provider '{provider}' has used up what was held for it. Open another one."),
        StopReason.Shutdown => new(ErrorKind.Overloaded, "This gateway is shutting down. Send the request again."),
        StopReason.Outrun => new(ErrorKind.ClientClosed, "Another attempt for the same request answered first."),
        _ => new(ErrorKind.ClientClosed, "The client closed the connection."),
    };

    /// <summary>An answer with a status outside 2xx.</summary>
    /// <param name="body">The first <see cref="MaxBody"/> bytes.</param>
    /// <param name="translator">Knows the provider's own ways of saying things; null in the identity lane.</param>
    public static GatewayError Of(UpstreamReply reply, ReadOnlySpan<byte> body, ProviderEntry provider, ITranslator? translator)
    {
        var shown = Shown(body, provider);
        var said = ProviderError.Read(shown);
        var error = new GatewayError(UpstreamStatus.Classify(reply.Status), said.Message ?? $"Provider '{provider.Name}' answered {reply.Status}.", said.Param)
        {
            UpstreamStatus = reply.Status,
            ProviderCode = provider.Manifest.ErrorTypeHeader is { } header ? reply.Header(header) : null,
            ProviderBody = Told(shown, said),
            RetryAfter = RetryAfterHeader.Of(reply) ?? (reply.Status == StatusCodes.Status429TooManyRequests ? DefaultWait : null),
        };
        if (error.Kind == ErrorKind.UpstreamRejected) error = error with { Code = said.Code };
        return translator?.ReadError(error, reply.Status, shown) ?? error;
    }

    /// <summary>An error the upstream sends with status 200, as an event or as a whole body.</summary>
    public static GatewayError InStream(ReadOnlySpan<byte> body, ProviderEntry provider)
    {
        var shown = Shown(body, provider);
        var said = ProviderError.Read(shown);
        var kind = said.Status is { } status ? UpstreamStatus.Classify(status) : ErrorKind.BadUpstream;
        return new(kind, said.Message ?? $"Provider '{provider.Name}' reported an error.", said.Param)
        {
            UpstreamStatus = said.Status,
            Code = kind == ErrorKind.UpstreamRejected ? said.Code : null,
            RetryAfter = kind == ErrorKind.RateLimited ? DefaultWait : null,
            ProviderBody = Told(shown, said),
            IsStated = true,
        };
    }

    /// <summary>One JSON body with status 200 where a stream was asked for: the error that it says, or that it is none.</summary>
    public static GatewayError Unstreamed(ReadOnlySpan<byte> body, ProviderEntry provider) =>
        (OpenAIReply.Scan(body, out var scan) && scan.HasError) || ProviderError.Read(body).Message is not null
            ? InStream(body, provider)
            : new(ErrorKind.BadUpstream, $"Provider '{provider.Name}' answered with one JSON body where a stream was asked for.");

    /// <summary>What a translator read of an error inside a stream, without what may not be shown.</summary>
    public static GatewayError InStream(GatewayError read, ProviderEntry provider) =>
        (read.ProviderBody is { } body && Shown(body.Span, provider).IsEmpty) || Shown(Encoding.UTF8.GetBytes(read.Message), provider).IsEmpty
            ? new(read.Kind, $"Provider '{provider.Name}' reported an error.") { IsStated = read.ProviderBody is not null }
            : read with { IsStated = read.ProviderBody is not null };

    /// <summary>A stream that ended without its terminal marker: it was cut, and nobody may take it for whole.</summary>
    public static GatewayError Unfinished(string provider) =>
        new(ErrorKind.BadUpstream, $"The stream of provider '{provider}' ended before it was finished. What was received is incomplete.");

    private static ReadOnlySpan<byte> Shown(ReadOnlySpan<byte> body, ProviderEntry provider) =>
        ProviderError.CanBeShown(body, provider.Connection?.Secrets ?? []) ? body : default;

    private static ReadOnlyMemory<byte>? Told(ReadOnlySpan<byte> shown, in ProviderError said)
    {
        if (said.IsJson) return shown.ToArray();
        var text = PlainText.Quote(shown);
        if (text is null) return null;
        return text;
    }
}
