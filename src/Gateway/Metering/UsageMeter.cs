using Gateway.Core.Errors;
using Gateway.Core.Tokens;
using Gateway.Core.Usage;
using Gateway.Pipeline;

namespace Gateway.Metering;

/// <summary>What an attempt used: the provider's word for it where there is one, else our own count of what went there and came back.</summary>
internal sealed class UsageMeter(TokenizerCache tokenizers)
{
    /// <summary>A request body up to this length is kept while its answer streams, so that it can still be counted if no usage comes. 8 KiB: most prompts, and little beside the rest a stream holds.</summary>
    public const int KeptBody = 8 * 1024;

    /// <summary>Longer texts are estimated. 64 KiB: a millisecond, or twelve of text made to be slow, on a thread that others wait for; anybody can send 32 MiB and leave.</summary>
    public const int MostCounted = 64 * 1024;

    /// <summary>No request of any model comes near; a provider that says so is broken, and its word would empty every budget.</summary>
    private const long MostReported = 1_000_000_000;

    /// <summary>The provider's final word, else what it said on the way, else our own count; nothing, where nothing was sent or the provider refused.</summary>
    public (TokenUsage Usage, UsageSource Source) Measure(Call call, Attempt attempt)
    {
        if (attempt.Usage is { Total: <= MostReported } reported && !UsageEstimate.Contradicts(reported, attempt.RelayedBytes))
            return (reported, attempt.UsageIsFinal ? UsageSource.Exact : UsageSource.Partial);
        if (!attempt.Dispatched || attempt.UpstreamStatus is < 200 or >= 300) return (default, UsageSource.Exact);
        CountRequest(call, attempt);
        var guess = UsageEstimate.Of(attempt.SentBytes, attempt.RelayedBytes, attempt.RelayedEvents);
        return (guess with { Input = attempt.CountedInput ?? guess.Input, Output = attempt.CountedOutput ?? guess.Output }, UsageSource.Estimated);
    }

    /// <summary>The answer begins: the request is given back, unless its tokens may have to be counted later and it is small; a large one is counted now, where that is to be expected.</summary>
    public void AnswerBegins(Call call, Attempt attempt)
    {
        if (call.Body.Span.Length <= KeptBody) return;
        if (attempt.Target.Provider.HidesUsage) CountRequest(call, attempt);
        call.Body.Return();
        attempt.Said?.Return();
    }

    /// <summary>Counts a stream's words as they pass, where the provider is known not to: it costs half a microsecond an event. Null elsewhere.</summary>
    public AnswerTokens? CountStream(Attempt attempt) => attempt.Target.Provider.HidesUsage ? Answer(attempt) : null;

    /// <summary>Counts the words of an answer in one piece that has no usage, unless it is longer than <see cref="MostCounted"/>.</summary>
    public void CountAnswer(Attempt attempt, ReadOnlySpan<byte> body)
    {
        if (body.Length > MostCounted) return;
        using var words = Answer(attempt);
        words.Add(body);
        attempt.CountedOutput = words.Tokens;
    }

    /// <summary>Remembers a provider that answered in full and did not say what it used: its next answers are counted.</summary>
    public static void Learn(Attempt attempt, GatewayError? error)
    {
        if (error is null && attempt.Usage is null) attempt.Target.Provider.HidesUsage = true;
    }

    private void CountRequest(Call call, Attempt attempt)
    {
        var body = attempt.Said is { } said ? said.Body.Span : call.Body.Span;
        var endpoint = attempt.Said?.Endpoint ?? call.Endpoint;
        if (attempt.CountedInput is null && body.Length is > 0 and <= MostCounted && RequestTokens.Knows(endpoint))
            attempt.CountedInput = RequestTokens.Count(body, endpoint, attempt.Target.Model, tokenizers)?.Tokens;
    }

    private AnswerTokens Answer(Attempt attempt) => new(ModelTokens.Of(attempt.Target.Model), tokenizers);
}
