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

    public async ValueTask<GatewayError?> RelayAsync(Call call, Attempt attempt, UpstreamReply reply, ITranslator? translator, TranslationContext context)
    {
        using var body = new PooledWriter((int)Math.Clamp(reply.ContentLength ?? FirstRent, 256, BodyCollector.MaxReply));
        var since = call.Now;
        var error = await BodyCollector.ReadAsync(call, reply, attempt, body, BodyCollector.MaxReply);
        call.WaitedTicks += call.Now - since;
        if (body.Length >= SocketCompletions.Turn) await SocketCompletions.GiveWay();   // it is read as a whole now
        if (translator is null)
        {
            using var mended = new PooledWriter(0);
            var answer = error is null && Repair(call, attempt) is { } repair && repair.Reply(body.Written, mended) ? mended : body;
            error ??= ReadFacts(call, attempt, answer.Written);
            if (error is null) CountIfSilent(attempt, answer.Written);
            return await SendAsync(call, attempt, answer, error);
        }

        using var translated = new PooledWriter(body.Length + 512);
        error ??= Translate(attempt, translator, context, body.Written, translated);
        if (error is null) CountIfSilent(attempt, translated.Written);
        return await SendAsync(call, attempt, translated, error);
    }

    private static IAnswerRepair? Repair(Call call, Attempt attempt) =>
        call.Endpoint == InferenceEndpoint.ChatCompletions ? attempt.Target.Provider.Manifest.Repair : null;

    private void CountIfSilent(Attempt attempt, ReadOnlySpan<byte> answer)
    {
        if (attempt.Usage is not { } usage || UsageEstimate.Contradicts(usage, attempt.RelayedBytes)) meter.CountAnswer(attempt, answer);
    }

    private static GatewayError? ReadFacts(Call call, Attempt attempt, ReadOnlySpan<byte> body)
    {
        if (!OpenAIReply.Scan(body, out var scan))
            return new(ErrorKind.BadUpstream, $"The answer of provider '{attempt.Target.Provider.Name}' is not a JSON object.");
        if (scan.HasError) return UpstreamFailure.InStream(body, attempt.Target.Provider);
        // An object that names neither its model nor a usage and holds no words answers nothing.
        if (scan is { Model.IsEmpty: true, Usage.IsEmpty: true, ContentBytes: 0 })
            return new(ErrorKind.BadUpstream, $"The answer of provider '{attempt.Target.Provider.Name}' is no answer to {call.Endpoint.Route()}.");
        attempt.RelayedBytes = scan.ContentBytes;
        var usage = scan.Usage.Of(body);
        if (usage.IsEmpty || !OpenAIUsage.TryRead(usage, call.Endpoint, out var read)) return null;
        attempt.Usage = read with { Tier = scan.Tier ?? read.Tier };
        attempt.UsageIsFinal = true;
        attempt.RawUsage = System.Text.Encoding.UTF8.GetString(usage);
        return null;
    }

    private static GatewayError? Translate(Attempt attempt, ITranslator translator, in TranslationContext context, ReadOnlySpan<byte> body, PooledWriter translated)
    {
        var facts = translator.ReadReply(body, context, translated);
        if (!facts.IsOk) return facts.Error;
        attempt.RelayedBytes = translated.Length;
        attempt.Usage = facts.Value.Usage;
        attempt.UsageIsFinal = facts.Value.Usage is not null;
        attempt.RawUsage = facts.Value.RawUsage;
        return null;
    }

    private async ValueTask<GatewayError?> SendAsync(Call call, Attempt attempt, PooledWriter body, GatewayError? error)
    {
        var isWhole = error is null;
        if (attempt.Deadline.ClientHasLeft) error = UpstreamFailure.Of(StopReason.ClientGone, attempt.Target.Provider.Name);
        await settlement.SettleAsync(call, attempt, error);
        if (isWhole && call.Claim is { } claim) await claim.AnswerAsync(ContentType, body.WrittenMemory);
        if (error is not null) return error;
        var response = call.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        ResponseHeaders.Set(call);
        ResponseHeaders.TakePace(response);
        ResponseHeaders.SetCost(call);
        call.ContentSent = true;
        call.FirstByte = call.Elapsed;
        try
        {
            // Piece by piece: the flush timeout is for a client that takes nothing, not for one that takes long.
            for (var rest = body.WrittenMemory; !rest.IsEmpty;)
            {
                var piece = rest[..Math.Min(rest.Length, Piece)];
                rest = rest[piece.Length..];
                var sending = response.BodyWriter.WriteAsync(piece, attempt.Deadline.Token);
                if (!sending.IsCompleted) attempt.Deadline.Arm(StopReason.ClientStalled, call.Snapshot.Config.Server.FlushTimeout);
                await sending;
            }

            return null;
        }
        catch (OperationCanceledException) when (attempt.Deadline.Reason != StopReason.None)
        {
            return UpstreamFailure.Of(attempt.Deadline.Reason, attempt.Target.Provider.Name);
        }
    }
}
