using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Usage;

namespace Gateway.Core.Providers;

/// <summary>
/// Between OpenAI's wire format (the hub) and a provider's, for one endpoint. A pure function of its input: no client, no logger, no clock.
/// Stateless and shared by all requests.
/// </summary>
public interface ITranslator
{
    /// <summary>The upstream request that says what the OpenAI request says, or the 400 that names the field the provider cannot serve.</summary>
    /// <param name="body">
    /// The client's body, already rewritten by policy (its <c>model</c> is the target's). The host has seen to it that it is well-formed JSON in valid UTF-8, at most
    /// 64 deep, without duplicate members or half surrogate pairs; nothing is known of the types and values in it.
    /// </param>
    Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context);

    /// <summary>Writes the OpenAI reply that says what the provider's complete reply says.</summary>
    Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply);

    /// <summary>What an answer with an error status means, where more can be said than the status and the common shapes of error bodies say.</summary>
    /// <param name="read">What those say: whose fault it is, the provider's words and body, when to try again.</param>
    /// <param name="body">Empty where it must not be shown.</param>
    GatewayError ReadError(GatewayError read, int status, ReadOnlySpan<byte> body) => read;

    /// <summary>The state machine for one stream; not thread-safe. Called only where <see cref="BuildRequest"/> said that the answer is one.</summary>
    IStreamTranslator OpenStream(in TranslationContext context);
}

/// <summary>What a translation may depend on besides the body: values the host supplies, so that the translator needs no clock and no dice.</summary>
/// <param name="RequestId">For the reply's id.</param>
/// <param name="Created">For the reply's <c>created</c>.</param>
/// <param name="Model">The model name the client asked for; the reply carries it.</param>
/// <param name="TargetModel">The provider's name of the model.</param>
/// <param name="IncludeUsage">Whether a stream's client asked for the usage chunk.</param>
public readonly record struct TranslationContext(string RequestId, DateTimeOffset Created, string Model, string TargetModel, bool IncludeUsage)
{
    /// <summary>The <see cref="UpstreamRequest.Memory"/> of the request that is being answered; null while it is being built.</summary>
    public object? Memory { get; init; }

    /// <summary><c>drop_params</c>: a field that the provider cannot serve is left out and named in <see cref="UpstreamRequest.Dropped"/>; else the request is refused.</summary>
    public bool DropParams { get; init; }

    /// <summary>The most tokens of one answer of the model, for providers that must be told a number; null where the catalogue does not know it.</summary>
    public long? MaxOutput { get; init; }
}

/// <summary>What the gateway needs to know of a complete answer.</summary>
/// <param name="Usage">Null where the provider reported none.</param>
/// <param name="RawUsage">The provider's usage object as it came.</param>
public readonly record struct ReplyFacts(TokenUsage? Usage, string? RawUsage = null)
{
    /// <summary>Bytes of words in it, roughly; where there are some, a usage without output is wrong. 0 where nobody looked.</summary>
    public long ContentBytes { get; init; }
}

/// <summary>A provider's stream on its way to OpenAI's SSE.</summary>
public interface IStreamTranslator
{
    /// <summary>Takes the next bytes, cut anywhere, and writes every OpenAI chunk they complete as a whole <c>data:</c> event. Never writes <c>[DONE]</c>: the relay does.</summary>
    void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> events);

    /// <summary>The body has ended in order: writes what only its end tells. Called at most once; never after a cut, an error, or the terminal marker.</summary>
    void Complete(IBufferWriter<byte> events)
    {
    }

    /// <summary>The provider's streams are JSON themselves, so that a body that begins with an object is no sign that none came.</summary>
    bool IsJson => false;

    StreamFacts Facts { get; }
}

/// <summary>What is known of a stream so far.</summary>
/// <param name="Finished">Its terminal marker was seen: the answer is whole. Without it, an upstream that closes the stream has cut it.</param>
/// <param name="Usage">The last usage reported.</param>
/// <param name="Error">An error event of the upstream's inside the stream.</param>
/// <param name="UnknownEvents">Events newer than the translator; counted, never thrown.</param>
public readonly record struct StreamFacts(bool Finished, TokenUsage? Usage, string? RawUsage, GatewayError? Error, int UnknownEvents)
{
    /// <summary>The answer is whole, though something may follow that says more of it (its usage): a connection that closes in good order ends it too.</summary>
    public bool CanEnd { get; init; }

    /// <summary>The usage is that of the beginning: of the answer it has no more than a placeholder.</summary>
    public bool IsOutputOpen { get; init; }

    /// <summary>The usage was reported on the way, before the last words, and what came after it is estimated: it is not the provider's last word, also where the stream has <see cref="Finished"/>.</summary>
    public bool IsUsageRunning { get; init; }
}
