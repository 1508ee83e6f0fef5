using Gateway.Core.Errors;
using Gateway.Pipeline;
using Gateway.Reply;
using Gateway.Telemetry;

namespace Gateway.Overload;

/// <summary>
/// Between steps 1 and 2: whose request it is is known, and nothing of its body has been asked for. It goes on, waits for its turn, or is told to come back later. From then on it counts as under
/// way until its last byte.
/// </summary>
internal sealed class OverloadGuard(FairGate gate, ITelemetry telemetry)
{
    /// <summary>What a client is told at least: the header has whole seconds.</summary>
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);

    /// <summary>What it is told at most: by then the pace of now says nothing any more.</summary>
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    /// <returns>Null: it goes on, and has to <see cref="Leave"/>. Else what the client is to be told.</returns>
    public ValueTask<GatewayError?> EnterAsync(Call call)
    {
        if (!gate.TryEnter()) return WaitAsync(call);
        call.IsUnderWay = true;
        return default;
    }

    /// <summary>Lets the next one in. Of a request that never entered there is nothing to do.</summary>
    public void Leave(Call call)
    {
        if (!call.IsUnderWay) return;
        call.IsUnderWay = false;
        gate.Leave();
    }

    private async ValueTask<GatewayError?> WaitAsync(Call call)
    {
        var (key, since) = (call.Key!, call.Now);
        var atMost = Longest(call, out var isClients);
        var result = await gate.WaitAsync(new(key.Team is not null, key.Team ?? key.Name), key.Weight, atMost, call.Http.RequestAborted);
        if (isClients && result == GateResult.TimedOut) result = GateResult.ClientTimedOut;
        call.WaitedTicks += call.Now - since;
        if (result != GateResult.Full) telemetry.Queued(key.Team, call.ElapsedSince(since));
        if (result == GateResult.Entered)
        {
            call.IsUnderWay = true;
            return null;
        }

        if (result == GateResult.Left) return ErrorReply.ClientClosed;
        telemetry.Shed(key.Team, result);
        return Refusal(result);
    }

    /// <param name="isClients">It is what the client gave the request, less than what the queue would.</param>
    private static TimeSpan Longest(Call call, out bool isClients)
    {
        var timeout = call.Snapshot.Config.Server.Overload.QueueTimeout;
        var left = call.Options.Timeout - call.Elapsed;
        isClients = left < timeout;
        if (!isClients) return timeout;
        return left > TimeSpan.Zero ? left.Value : TimeSpan.Zero;
    }

    private GatewayError Refusal(GateResult result)
    {
        if (result == GateResult.ClientTimedOut)
            return new(ErrorKind.UpstreamTimeout, "The gateway has as many requests under way as it takes, and this one's turn did not come within the time that it had (x-gateway-timeout).") { IsClientLimit = true };
        if (result == GateResult.Closed) return new(ErrorKind.Overloaded, "The gateway is shutting down. Send the request again.") { RetryAfter = ShortestRetry };
        var wait = gate.ClearsIn();
        wait = wait < ShortestRetry ? ShortestRetry : wait > LongestRetry ? LongestRetry : TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds));
        var why = result == GateResult.TimedOut ? "and this one's turn did not come in time" : "and no more may wait";
        return new(ErrorKind.Overloaded, $"The gateway has as many requests under way as it takes, {why}. Try again in {wait.TotalSeconds:0} s.") { RetryAfter = wait };
    }
}
