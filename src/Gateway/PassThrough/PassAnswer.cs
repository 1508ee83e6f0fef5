using Gateway.Core.Errors;
using Gateway.Metering;
using Gateway.Pipeline;
using Gateway.Reply;
using Gateway.Telemetry.Traces;
using Gateway.Upstream;

namespace Gateway.PassThrough;

/// <summary>
/// Steps 8 and 9 of what is passed through, for one answer: it goes to the client as it is, its usage is read in passing, and its last bytes leave when the ledger has the row.
/// </summary>
internal sealed partial class PassAnswer(Call call, Attempt attempt, PassPlan plan, Settlement settlement, TimeProvider time) : IPassAnswer
{
    /// <summary>How the answer ended; null: well.</summary>
    public GatewayError? Error { get; private set; }

    /// <summary>The client has <see cref="Error"/>, in the provider's words.</summary>
    public bool IsTold { get; private set; }

    /// <summary>The connection is, or was, a WebSocket.</summary>
    public bool IsUpgraded { get; private set; }

    /// <summary>Gemini's streams are JSON too, a list of what others send as events.</summary>
    private bool IsArrayOfEvents => call.Fields.Stream && plan.Operation.Shape == PassShape.Gemini;

    public async ValueTask RelayAsync(HttpResponseMessage message)
    {
        attempt.UpstreamStatus = (int)message.StatusCode;
        Tracing.Step(call.Span, RequestStep.Reply);
        using var reply = new UpstreamReply((int)message.StatusCode, await message.Content.ReadAsStreamAsync(), message);
        if (!reply.IsSuccess) await RejectedAsync(message, reply);
        else if (plan.Operation.IsKnown && !IsArrayOfEvents && IsJson(message)) Error = await WholeAsync(message, reply);
        else Error = await StreamAsync(message, reply);
    }

    public void Upgrade(HttpResponseMessage message)
    {
        IsUpgraded = true;
        attempt.UpstreamStatus = StatusCodes.Status200OK;   // what 101 is to a ledger
        attempt.FirstByte = call.ElapsedSince(attempt.Started);
        attempt.Deadline.Arm(StopReason.IdleTimeout, 2 * PassSocket.Longest);   // both sides may be silent
        PassHeaders.ToClient(message, call.Http.Response.Headers);
        ResponseHeaders.Set(call);
        call.ContentSent = true;
    }

    /// <summary>An answer that is none passes with its status, unless it quotes a secret of the gateway's, or is larger than an error is.</summary>
    private async ValueTask RejectedAsync(HttpResponseMessage message, UpstreamReply reply)
    {
        using var body = new PooledWriter(1024);
        var cut = await BodyCollector.ReadAsync(call, reply, attempt, body, UpstreamFailure.MaxBody);
        Error = cut is { Kind: ErrorKind.ClientClosed } ? cut : UpstreamFailure.Of(reply, body.Written, plan.Provider, null) with { KeepsStatus = true };
        await settlement.SettleAsync(call, attempt, Error);
        var isShown = cut is null && reply.Status >= 300 && body.Length < UpstreamFailure.MaxBody && ProviderError.CanBeShown(body.Written, plan.Provider.Connection!.Secrets);
        if (!isShown) return;
        IsTold = true;
        Begin(message);
        ResponseHeaders.SetCost(call);
        if (await WriteAsync(body.WrittenMemory) is { } gone) Error = gone;
    }

    /// <summary>An answer in one piece to a call whose price is known: read whole, so that the cost can stand in a header; settled; then sent.</summary>
    private async ValueTask<GatewayError?> WholeAsync(HttpResponseMessage message, UpstreamReply reply)
    {
        using var body = new PooledWriter((int)Math.Clamp(reply.ContentLength ?? 4096, 256, BodyCollector.MaxReply));
        var since = call.Now;
        var error = await BodyCollector.ReadAsync(call, reply, attempt, body, BodyCollector.MaxReply);
        call.WaitedTicks += call.Now - since;
        if (error is null)
        {
            var facts = PassUsage.Read(call, plan, body.Written, reply, time.GetUtcNow());
            attempt.Usage = facts.Usage;
            attempt.UsageIsFinal = facts.Usage is not null;
            attempt.RawUsage = facts.RawUsage;
            attempt.RelayedBytes = facts.ContentBytes;
            ChargeBound();
        }

        await settlement.SettleAsync(call, attempt, error);
        if (error is not null) return error;
        Begin(message);
        call.Http.Response.ContentLength = body.Length;
        ResponseHeaders.SetCost(call);
        return await WriteAsync(body.WrittenMemory);
    }

    /// <summary>Status and headers, just before the first bytes.</summary>
    private void Begin(HttpResponseMessage message)
    {
        var response = call.Http.Response;
        response.StatusCode = (int)message.StatusCode;
        PassHeaders.ToClient(message, response.Headers);
        if (plan.LocationOf(message.Headers.Location) is { } location) response.Headers.Location = location;
        ResponseHeaders.Set(call);
        ResponseHeaders.TakePace(response);
        call.ContentSent = true;
        call.FirstByte = call.Elapsed;
    }

    /// <summary>An answer in full of which nothing is known is charged what was held for it: nothing that has a price passes for less because it could not be read.</summary>
    private void ChargeBound()
    {
        if (plan.Operation.Shape == PassShape.Free)
        {
            attempt.Usage = default(Core.Usage.TokenUsage);
            attempt.UsageIsFinal = true;
        }
        else if (attempt.Usage is null && attempt is { RelayedEvents: 0, RelayedBytes: 0 } && plan.Target.Price is not null)
        {
            attempt.CountedInput = plan.InputBound(call);
            attempt.CountedOutput = plan.ReservedOutput(call);
        }
    }

    private static bool IsJson(HttpResponseMessage message) =>
        message.Content.Headers.ContentType?.MediaType is { } type && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
}
