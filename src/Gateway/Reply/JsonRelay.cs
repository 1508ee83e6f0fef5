using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;
using Gateway.Metering;
using Gateway.Pipeline;
using Gateway.Upstream;

namespace Gateway.Reply;

/// <summary>
/// Step 8 for answers in one piece: read whole, so that a cut one can be asked for elsewhere and the cost can stand in a header; settled; then sent.
/// </summary>
internal sealed class JsonRelay(Settlement settlement, UsageMeter meter)
{
    private const string ContentType = "application/json";

    private const int FirstRent = 4096;

    /// <summary>Bytes written at once: what lies unread in our own buffers at most.</summary>
    private const int Piece = 256 * 1024;

    public async ValueTask<GatewayError?> RelayAsync(Call call, Attempt attempt, UpstreamReply reply, Lane lane)
    {
        using var body = new PooledWriter((int)Math.Clamp(reply.ContentLength ?? FirstRent, 256, BodyCollector.MaxReply));
        var since = call.Now;
        var error = await BodyCollector.ReadAsync(call, reply, attempt, body, BodyCollector.MaxReply);
        call.WaitedTicks += call.Now - since;
        if (body.Length >= SocketCompletions.Turn) await SocketCompletions.GiveWay();   // it is read as a whole now
        using var changed = new PooledWriter(lane.Translator is null ? 0 : body.Length + 512);
        error ??= Read(attempt, lane, body.Written, changed);
        var answer = changed.Length > 0 ? changed : body;
        if (error is null && lane.IsChat) CountIfSilent(attempt, answer.Written);
        var hasAnswer = call.Fill is null || HasAnswer(lane.Endpoint, answer.Written);
        if (lane.Hub is not { } hub) return await SendAsync(call, attempt, answer, error, hasAnswer);
        using var spoken = new PooledWriter(answer.Length + 512);
        error ??= hub.Dialect.WriteReply(answer.Written, hub.Context, spoken);
        return await SendAsync(call, attempt, spoken, error, hasAnswer);
    }

    /// <summary>What an answer says of its usage, where nothing else of it is wanted. Of an error, or of what is no answer, nothing is known.</summary>
    public static void TakeFacts(Attempt attempt, ReadOnlySpan<byte> body)
    {
        var lane = attempt.Lane;
        using var unwanted = new PooledWriter(lane.Translator is null ? 0 : body.Length + 512);
        _ = Read(attempt, lane, body, unwanted);
    }

    private static GatewayError? Read(Attempt attempt, in Lane lane, ReadOnlySpan<byte> body, PooledWriter changed) =>
        lane.Translator is null ? ReadOwn(attempt, lane, body, changed) : Translate(attempt, lane.Translator, lane.Context, body, changed);

    /// <summary>An answer of the identity lane: what is to be known of it, and, where it is not quite as it should be, how it is mended.</summary>
    private static GatewayError? ReadOwn(Attempt attempt, in Lane lane, ReadOnlySpan<byte> body, PooledWriter mended)
    {
        var provider = attempt.Target.Provider;
        if (lane.Endpoint == InferenceEndpoint.ChatCompletions && provider.Manifest.Repair is { } repair && repair.Reply(body, mended)) body = mended.Written;
        else mended.Clear();
        var facts = lane is { Dialect: { } dialect, Hub: null, Endpoint: not InferenceEndpoint.CountTokens } ? dialect.ReadFacts(body) : IdentityFacts.Read(lane.Endpoint, body, provider);
        if (!facts.IsOk) return UpstreamFailure.InStream(facts.Error, provider);
        Take(attempt, facts.Value);
        attempt.RelayedBytes = facts.Value.ContentBytes;
        return null;
    }

    private static void Take(Attempt attempt, ReplyFacts facts)
    {
        attempt.Usage = facts.Usage;
        attempt.UsageIsFinal = facts.Usage is not null;
        attempt.RawUsage = facts.RawUsage;
    }

    private void CountIfSilent(Attempt attempt, ReadOnlySpan<byte> answer)
    {
        if (attempt.Usage is not { } usage || UsageEstimate.Contradicts(usage, attempt.RelayedBytes)) meter.CountAnswer(attempt, answer);
    }

    private static GatewayError? Translate(Attempt attempt, ITranslator translator, in TranslationContext context, ReadOnlySpan<byte> body, PooledWriter translated)
    {
        var facts = translator.ReadReply(body, context, translated);
        if (!facts.IsOk) return facts.Error;
        // Only a chat's answer has words: where there are none, a usage without output is right.
        attempt.RelayedBytes = OpenAIReply.Scan(translated.Written, out var scan) ? scan.ContentBytes : 0;
        Take(attempt, facts.Value);
        return null;
    }

    /// <summary>Whether it has a choice, and of each why it ended: else it passes as it is, and is not kept to be given again. Endpoints without choices always have one.</summary>
    private static bool HasAnswer(InferenceEndpoint endpoint, ReadOnlySpan<byte> body) =>
        endpoint is not (InferenceEndpoint.ChatCompletions or InferenceEndpoint.Completions)
        || (OpenAIReply.Scan(body, out var scan) && scan.IsFinished);

    private async ValueTask<GatewayError?> SendAsync(Call call, Attempt attempt, PooledWriter body, GatewayError? error, bool hasAnswer)
    {
        var isWhole = error is null;
        if (attempt.Deadline.ClientHasLeft) error = UpstreamFailure.Of(StopReason.ClientGone, attempt.Target.Provider.Name);
        await settlement.SettleAsync(call, attempt, error);
        if (isWhole) call.Fill?.Keep(call, attempt, ContentType, hasAnswer ? body.WrittenMemory : (ReadOnlyMemory<byte>?)null);   // the cast: a bare null is an empty body
        if (isWhole && call.Claim is { } claim) await claim.AnswerAsync(ContentType, body.WrittenMemory);
        if (error is not null) return error;
        Begin(call, body.Length);
        call.ContentSent = true;
        call.FirstByte = call.Elapsed;
        return await WriteAsync(call, attempt, body.WrittenMemory);
    }

    /// <summary>Piece by piece: the flush timeout is for a client that takes nothing, not for one that takes long.</summary>
    /// <returns>Null, or that the client did not take it: nothing else can be told in the middle of it.</returns>
    private static async ValueTask<GatewayError?> WriteAsync(Call call, Attempt attempt, ReadOnlyMemory<byte> answer)
    {
        var deadline = attempt.Deadline;
        try
        {
            for (var rest = answer; !rest.IsEmpty;)
            {
                var piece = rest[..Math.Min(rest.Length, Piece)];
                rest = rest[piece.Length..];
                await ClientFlush.TakenAsync(call.Http.Response.BodyWriter.WriteAsync(piece, deadline.WriteToken), call, deadline);
            }

            return null;
        }
        catch (OperationCanceledException) when (deadline.WriteToken.IsCancellationRequested)
        {
            return UpstreamFailure.Of(StopReason.ClientStalled, attempt.Target.Provider.Name);
        }
    }

    /// <summary>A small answer that no attempt made.</summary>
    public static async ValueTask WriteAsync(Call call, PooledWriter body)
    {
        Begin(call, body.Length);
        call.ContentSent = true;
        await call.Http.Response.BodyWriter.WriteAsync(body.WrittenMemory, call.Http.RequestAborted);
    }

    private static void Begin(Call call, int length)
    {
        var response = call.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.ContentLength = length;
        ResponseHeaders.Set(call);
        ResponseHeaders.TakePace(response);
        ResponseHeaders.SetCost(call);
    }
}
