using System.Buffers;
using System.IO.Pipelines;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Metering;
using Gateway.Pipeline;
using Gateway.Upstream;

namespace Gateway.Reply;

/// <summary>
/// Step 8 for streams: reads, passes on, flushes at every read, and settles before the last bytes leave. Up to the first event it fails quietly, so that another
/// target can be asked; from then on a failure is the stream's end.
/// </summary>
internal sealed class StreamRelay(Settlement settlement, UsageMeter meter, TimeProvider time)
{
    /// <returns>Null when the client has the whole stream.</returns>
    public async ValueTask<GatewayError?> RelayAsync(Call call, Attempt attempt, UpstreamReply reply, IStreamLane lane)
    {
        var response = call.Http.Response.BodyWriter;
        PipeWriter client = call.Claim is { } claim ? claim.Record(response) : response;
        if (call.Fill is { } fill) client = fill.Record(client);
        using var held = call.Serving!.PreCommit is { } window && !call.ContentSent ? new HeldWriter(client, window, time) : null;
        client = held ?? client;
        var error = await CopyAsync(call, attempt, reply, lane, client, held);
        var facts = lane.Facts;
        call.EventsWritten = lane.EventsWritten;
        error ??= facts.Error ?? (IsWhole(facts) ? null : UpstreamFailure.Unfinished(attempt.Target.Provider.Name));
        var isWhole = error is null;
        if (attempt.Deadline.ClientHasLeft) error = UpstreamFailure.Of(StopReason.ClientGone, attempt.Target.Provider.Name);
        if (!attempt.IsUnstreamed) Take(attempt, lane, facts);
        await settlement.SettleAsync(call, attempt, error);
        if (error is null) Begin(call, attempt);
        else if (!isWhole || (call.Claim is null && call.Fill is null)) return error;
        held?.Release();
        lane.WriteEnd(client, call.Cost);
        call.Fill?.KeepStream(call, attempt, StreamHeaders.ContentType, lane.HasAnswer);
        if (call.Claim is not null) await call.Claim.AnswerStreamAsync(StreamHeaders.ContentType);   // also where nobody waits for it any more
        return error ?? await CompleteAsync(call, attempt);
    }

    private static void Take(Attempt attempt, IStreamLane lane, in StreamFacts facts)
    {
        attempt.Usage = facts.Usage;
        attempt.UsageIsFinal = facts is { Finished: true, IsUsageRunning: false };
        attempt.RawUsage = facts.RawUsage;
        attempt.RelayedEvents = lane.RelayedEvents;
        attempt.RelayedBytes = lane.RelayedBytes;
        attempt.CountedOutput = lane.RelayedTokens;
    }

    /// <returns>Null when the upstream's stream is over, however it ended.</returns>
    private async ValueTask<GatewayError?> CopyAsync(Call call, Attempt attempt, UpstreamReply reply, IStreamLane lane, PipeWriter client, HeldWriter? held)
    {
        var deadline = attempt.Deadline;
        var idle = attempt.Target.Provider.Config.Timeout.Idle;
        var turn = 0;
        try
        {
            var (written, unstreamed) = await ReadFirstAsync(call, attempt, reply, lane, client);
            if (unstreamed is not null) return unstreamed;
            held?.Begin();
            while (written is not null)
            {
                if (held is { IsHolding: true }) written = Hold(held, lane);
                if (written.Value) Begin(call, attempt);
                if (lane.EndSeen && IsWhole(lane.Facts)) return null;   // what came with the end leaves with it, in one piece
                if (written.Value) await ClientFlush.TakenAsync(client.FlushAsync(deadline.WriteToken), call, deadline);   // the limit of the attempt is seen by the next read
                if (lane.EndSeen || lane.Facts.Error is not null) return null;
                deadline.Arm(StopReason.IdleTimeout, idle);
                // Waits with nothing to read into: the client's buffer would be a block of memory held by every stream that is silent.
                var waiting = reply.Body.ReadAsync(Memory<byte>.Empty, deadline.Token);
                var since = waiting.IsCompleted ? 0 : call.Now;
                if (held is { IsHolding: true }) await WaitHoldingAsync(waiting, held, call, attempt, client);
                else await waiting;
                if (since != 0) call.WaitedTicks += call.Now - since;
                var count = await reply.Body.ReadAsync(lane.Receive(client), deadline.Token);
                written = count == 0 ? null : lane.Received(count, client);
                if ((turn += count) < SocketCompletions.Turn) continue;
                turn = 0;
                await SocketCompletions.GiveWay();
            }

            lane.Ended(client);
            return null;
        }
        catch (OperationCanceledException) when (deadline.Reason != StopReason.None)
        {
            return UpstreamFailure.Of(deadline.Reason, attempt.Target.Provider.Name);
        }
        catch (IOException)   // cut inside a chunk, or short of the length it had said
        {
            return lane.EndSeen ? null : UpstreamFailure.Unfinished(attempt.Target.Provider.Name);
        }
    }

    private static bool IsWhole(in StreamFacts facts) => facts.Error is null && (facts.Finished || facts.CanEnd);

    /// <summary>
    /// The first bytes go into a buffer of their own and not into the client's: until they are there, comment lines may be written to it to keep the connection alive.
    /// </summary>
    /// <returns>Whether an event is ready to be flushed; null when the upstream had nothing to say. And the error where no stream came, but one JSON body.</returns>
    private static async ValueTask<(bool? Written, GatewayError? Unstreamed)> ReadFirstAsync(Call call, Attempt attempt, UpstreamReply reply, IStreamLane lane, PipeWriter client)
    {
        var since = call.Now;
        var hasBegun = await reply.ReadFirstAsync(attempt.Deadline, attempt.Target.Provider.Config.Timeout.Idle);
        if (attempt.KeepAlive is { } keepAlive) await keepAlive.StopAsync();
        call.WaitedTicks += call.Now - since;
        if (!hasBegun) return (null, null);
        attempt.FirstByte = call.ElapsedSince(attempt.Started);
        if (!lane.IsJson && reply.First.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]) return (null, await UnstreamedAsync(call, attempt, reply));
        attempt.Answers(isStream: true, attempt.FirstByte.Value);
        var written = lane.Received(reply.First.Span, client);
        reply.ReturnFirst();
        return (written, null);
    }

    /// <summary>One body where a stream should be: no answer for the client, but the provider's word for what it costs, if it is one.</summary>
    private static async ValueTask<GatewayError> UnstreamedAsync(Call call, Attempt attempt, UpstreamReply reply)
    {
        using var body = new PooledWriter(UpstreamFailure.MaxBody);
        body.Write(reply.First.Span);
        attempt.IsUnstreamed = true;
        attempt.Deadline.Arm(StopReason.IdleTimeout, attempt.Target.Provider.Config.Timeout.Idle);
        if (await BodyCollector.ReadAsync(call, reply, attempt, body, BodyCollector.MaxReply) is { } cut) return cut;
        if (body.Length >= SocketCompletions.Turn) await SocketCompletions.GiveWay();   // it is read as a whole now
        JsonRelay.TakeFacts(attempt, body.Written);
        return UpstreamFailure.Unstreamed(body.Written[..Math.Min(body.Length, UpstreamFailure.MaxBody)], attempt.Target.Provider);
    }

    /// <summary>Ends the holding where it is time.</summary>
    /// <returns>Whether there is something to be flushed.</returns>
    private static bool Hold(HeldWriter held, IStreamLane lane)
    {
        if (!held.IsDue || lane.Facts.Error is not null) return false;
        held.Release();
        return true;
    }

    /// <summary>An upstream that pauses while its words are held back does not hold them back for longer.</summary>
    private async ValueTask WaitHoldingAsync(ValueTask<int> waiting, HeldWriter held, Call call, Attempt attempt, PipeWriter client)
    {
        var read = waiting.AsTask();
        try
        {
            await read.WaitAsync(held.Left, time);
        }
        catch (TimeoutException)
        {
            if (!held.IsEmpty)
            {
                held.Release();
                Begin(call, attempt);
                await ClientFlush.TakenAsync(client.FlushAsync(attempt.Deadline.WriteToken), call, attempt.Deadline);
                attempt.Deadline.Arm(StopReason.IdleTimeout, attempt.Target.Provider.Config.Timeout.Idle);
            }

            await read;
        }
    }

    /// <summary>The answer begins: from here on there is no other target.</summary>
    private void Begin(Call call, Attempt attempt)
    {
        if (call.ContentSent) return;
        call.ContentSent = true;
        call.FirstByte = call.Elapsed;
        meter.AnswerBegins(call, attempt);
        StreamHeaders.Set(call);
    }

    /// <summary>Sends what is left and the end of the response together: two writes would be two packets.</summary>
    /// <returns>Null, or that the client did not take it: nothing else can be told behind the end.</returns>
    private static async ValueTask<GatewayError?> CompleteAsync(Call call, Attempt attempt)
    {
        var completing = call.Http.Response.CompleteAsync();
        if (completing.IsCompletedSuccessfully) return null;
        var deadline = attempt.Deadline;
        var since = call.Now;
        deadline.Arm(StopReason.ClientStalled, call.Snapshot.Config.Server.FlushTimeout);
        try
        {
            await completing.WaitAsync(deadline.WriteToken);
            return null;
        }
        catch (OperationCanceledException) when (deadline.WriteToken.IsCancellationRequested)
        {
            return UpstreamFailure.Of(StopReason.ClientStalled, attempt.Target.Provider.Name);
        }
        finally
        {
            call.WaitedTicks += call.Now - since;
        }
    }
}
