using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Demo;

/// <summary>Text completions, between OpenAI's wire format and the demo's.</summary>
internal sealed class DemoCompletion : ITranslator
{
    private const int MaxPrompts = 128;

    /// <summary>Bytes that <c>echo</c> may repeat in one answer, over all choices.</summary>
    private const long MaxEcho = 4 * 1024 * 1024;

    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context)
    {
        var read = OpenAIRequest.Read(body, OpenAIJson.Default.CompletionRequest);
        if (!read.IsOk) return read.Error;
        var request = read.Value;
        if (Problem(request) is { } problem) return problem;
        var prompts = Prompts(request);
        if (!prompts.IsOk) return prompts.Error;
        var ask = new DemoCompleteAsk
        {
            Model = context.TargetModel,
            Prompts = prompts.Value,
            Suffix = request.Suffix,
            Echo = request.Echo ?? false,
            Answers = request.N ?? 1,
            MaxTokens = request.MaxTokens,
            Stop = request.Stop,
            Seed = request.Seed,
            Stream = request.Stream ?? false,
        };
        return new UpstreamRequest(DemoPaths.Complete, JsonSerializer.SerializeToUtf8Bytes(ask, DemoJson.Default.DemoCompleteAsk), ask.Stream);
    }

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (ReplyJson.Parse(body, DemoJson.Default.DemoAnswers) is not { Answers: { Count: > 0 } answers } answer)
            return DemoErrors.Unreadable("an answer that cannot be read");
        var usage = DemoUsage.Read(answer.Usage);
        var choices = answers.Select(static (a, i) => new CompletionChoice { Index = i, Text = a.Text ?? "", FinishReason = DemoReply.FinishReason(a.Reason) });
        ReplyJson.Write(reply, OpenAIJson.Default.CompletionReply, Shell(context) with
        {
            Choices = [.. choices],
            Usage = usage is { } known ? ChatUsage.From(known) : null,
        });
        return new ReplyFacts(usage, answer.Usage?.GetRawText());
    }

    public GatewayError ReadError(GatewayError read, int status, ReadOnlySpan<byte> body) => DemoErrors.Read(status, body);

    public IStreamTranslator OpenStream(in TranslationContext context) => new DemoCompletionStream(Shell(context), context.IncludeUsage);

    /// <summary>A reply or a chunk without its choices.</summary>
    private static CompletionReply Shell(in TranslationContext context) => new()
    {
        Id = "cmpl-" + context.RequestId,
        Created = context.Created.ToUnixTimeSeconds(),
        Model = context.Model,
        Choices = [],
    };

    private static GatewayError? Problem(CompletionRequest request)
    {
        if (request.Logprobs is not null) return OpenAIRequest.Invalid("The demo model does not serve 'logprobs'.", "logprobs");
        if (request.BestOf is { } bestOf && bestOf != (request.N ?? 1)) return OpenAIRequest.Invalid("The demo model serves 'best_of' only where it equals 'n'.", "best_of");
        return DemoLimits.Answers(request.N)
            ?? DemoLimits.Tokens(request.MaxTokens, "max_tokens")
            ?? DemoLimits.Stop(request.Stop)
            ?? DemoLimits.Sampling(request.Temperature, request.TopP)
            ?? DemoLimits.StreamOptions(request.Stream, request.StreamOptions);
    }

    private static Outcome<List<string>> Prompts(CompletionRequest request)
    {
        if (request.Prompt is not { Items: { Count: > 0 and <= MaxPrompts } items })
            return OpenAIRequest.Invalid($"'prompt' must have 1 to {MaxPrompts} texts.", "prompt");
        var prompts = new List<string>(items.Count);
        long bytes = 0;
        foreach (var item in items)
        {
            if (item.Text is null) return OpenAIRequest.Invalid("The demo model has no vocabulary: 'prompt' must be text, not token ids.", "prompt");
            prompts.Add(item.Text);
            bytes += Encoding.UTF8.GetByteCount(item.Text);
        }

        return request.Echo == true && bytes * (request.N ?? 1) > MaxEcho
            ? OpenAIRequest.Invalid("The prompts are too long to be repeated with 'echo'.", "echo")
            : prompts;
    }
}
