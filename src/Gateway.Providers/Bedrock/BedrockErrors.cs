using System.Text;
using Gateway.Core.Errors;
using Gateway.Providers.Bedrock.EventStream;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>Errors of AWS: their name is in a header, or in <c>__type</c>, or that of a stream's message; what they say in <c>message</c>.</summary>
internal static class BedrockErrors
{
    /// <summary><c>ThrottlingException:http://internal.amazon.com/…</c></summary>
    public const string TypeHeader = "x-amzn-errortype";

    public static GatewayError Refine(GatewayError read, ReadOnlySpan<byte> body)
    {
        var (message, type) = Words(body);
        if (message is not null) read = read with { Message = message, ProviderBody = body.ToArray() };
        return As(Name(read.ProviderCode ?? type), read);
    }

    /// <summary>An exception or an error in place of an event.</summary>
    public static GatewayError InStream(in EventStreamMessage failure)
    {
        var message = Words(failure.Payload).Message ?? (failure.ErrorText.IsEmpty ? null : Encoding.UTF8.GetString(failure.ErrorText));
        var name = Encoding.UTF8.GetString(failure.Name);
        var error = new GatewayError(ErrorKind.BadUpstream, message ?? $"{BedrockRequest.Name} ended a stream with {(name.Length > 0 ? name : "an error")}.")
        {
            ProviderBody = failure.Payload.IsEmpty ? null : JsonText.Shown(failure.Payload),
        };
        return As(name, error);
    }

    public static GatewayError Unreadable() => new(ErrorKind.BadUpstream, $"{BedrockRequest.Name} sent an answer that cannot be read.");

    public static GatewayError WithoutReason() => new(ErrorKind.BadUpstream, $"{BedrockRequest.Name} ended a stream without saying why.");

    /// <summary>What the name says and the status does not: in a stream there is none, and some names come with a status that blames somebody else.</summary>
    private static GatewayError As(string name, GatewayError error) => name.ToLowerInvariant() switch
    {
        "throttlingexception" or "modelnotreadyexception" or "servicequotaexceededexception" or "toomanyrequestsexception" => error with
        {
            Kind = ErrorKind.RateLimited,
            Code = null,
            UpstreamStatus = error.UpstreamStatus ?? 429,
            RetryAfter = error.RetryAfter ?? TimeSpan.FromSeconds(1),
        },
        "validationexception" => error with { Kind = ErrorKind.UpstreamRejected, UpstreamStatus = error.UpstreamStatus ?? 400, Code = IsTooLong(error.Message) ? "context_length_exceeded" : error.Code },
        "modeltimeoutexception" => error with { Kind = ErrorKind.UpstreamTimeout, Code = null, UpstreamStatus = error.UpstreamStatus ?? 408 },
        "accessdeniedexception" or "unrecognizedclientexception" or "expiredtokenexception" or "invalidsignatureexception" or "incompletesignatureexception" or "missingauthenticationtokenexception"
            or "modelerrorexception" or "modelstreamerrorexception" => error with { Kind = ErrorKind.BadUpstream, Code = null },
        _ => error,
    };

    private static bool IsTooLong(string message) =>
        message.Contains("too long", StringComparison.OrdinalIgnoreCase)
        || (message.Contains("input", StringComparison.OrdinalIgnoreCase) && message.Contains("exceed", StringComparison.OrdinalIgnoreCase) && message.Contains("token", StringComparison.OrdinalIgnoreCase));

    /// <summary>The name alone: before it may stand a namespace and a '#', behind it a ':' and an address.</summary>
    private static string Name(string? type)
    {
        if (type is null) return "";
        var name = type.AsSpan(type.IndexOf('#', StringComparison.Ordinal) + 1);
        var end = name.IndexOf(':');
        return (end < 0 ? name : name[..end]).Trim().ToString();
    }

    private static (string? Message, string? Type) Words(ReadOnlySpan<byte> body)
    {
        var failure = ReplyJson.Parse(body, BedrockJson.Default.BedrockFailure);
        return (failure?.Message ?? failure?.Words, failure?.Type);
    }
}
