using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Upstream;

namespace Gateway.PassThrough;

internal sealed partial class PassAnswer
{
    private const int BufferSize = 16 * 1024;

    /// <summary>Bytes written at once: what lies unread in our own buffers at most.</summary>
    private const int Piece = 256 * 1024;

    /// <summary>Everything else goes on as it comes, read by read. Kept back until the row is written: the bytes that end it, by their own word, by the length it has said, or with the connection's end.</summary>
    private async ValueTask<GatewayError?> StreamAsync(HttpResponseMessage message, UpstreamReply reply)
    {
        using var reader = plan.Operation.IsKnown ? PassUsage.Open(plan.Operation.Shape, PassUsage.Context(call, plan, time.GetUtcNow()), plan.Provider.Manifest) : null;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var (error, last) = await CopyAsync(message, reply, reader, buffer);
            if (error is null) reader?.Ended();
            Take(reader, isWhole: error is null);
            await settlement.SettleAsync(call, attempt, error);
            if (error is not null) return error;
            if (!call.ContentSent) BeginStream(message, reply);
            return await WriteAsync(buffer.AsMemory(0, last)) ?? await CompleteAsync();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>Why it ended before its end, and how many bytes of the buffer are still to be sent.</returns>
    private async ValueTask<(GatewayError? Error, int Last)> CopyAsync(HttpResponseMessage message, UpstreamReply reply, IPassReader? reader, byte[] buffer)
    {
        var (deadline, provider) = (attempt.Deadline, plan.Provider);
        var received = 0L;
        try
        {
            while (true)
            {
                var since = call.Now;
                var count = await reply.Body.ReadAsync(buffer.AsMemory(0, BufferSize), deadline.Token);
                call.WaitedTicks += call.Now - since;
                if (count == 0) return (null, 0);
                attempt.FirstByte ??= call.ElapsedSince(attempt.Started);
                reader?.Read(buffer.AsSpan(0, count));
                received += count;
                if (reader is { EndSeen: true } || received == reply.ContentLength) return (null, count);
                if (!call.ContentSent) BeginStream(message, reply);
                if (await WriteAsync(buffer.AsMemory(0, count)) is { } gone) return (gone, 0);
                deadline.Arm(StopReason.IdleTimeout, provider.Config.Timeout.Idle);
            }
        }
        catch (OperationCanceledException) when (deadline.Reason != StopReason.None)
        {
            return (UpstreamFailure.Of(deadline.Reason, provider.Name), 0);
        }
        catch (IOException)   // cut inside a chunk, or short of the length it had said
        {
            return (UpstreamFailure.Unfinished(provider.Name), 0);
        }
    }

    private void BeginStream(HttpResponseMessage message, UpstreamReply reply)
    {
        Begin(message);
        call.Http.Response.Headers["x-accel-buffering"] = "no";   // nginx buffers an answer unless told not to
        if (reply.ContentLength is { } length && reply.Status != StatusCodes.Status204NoContent) call.Http.Response.ContentLength = length;
    }

    private void Take(IPassReader? reader, bool isWhole)
    {
        if (reader is not null)
        {
            var facts = reader.Facts;
            attempt.Usage = facts.Usage;
            attempt.UsageIsFinal = isWhole && !facts.IsOutputOpen;
            attempt.RawUsage = facts.RawUsage;
            attempt.RelayedEvents = reader.Events;
            attempt.RelayedBytes = reader.ContentBytes;
        }

        ChargeBound();
    }

    /// <summary>Piece by piece: the flush timeout is for a client that takes nothing, not for one that takes long.</summary>
    /// <returns>Why it could not be written; null where it was.</returns>
    private async ValueTask<GatewayError?> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        var deadline = attempt.Deadline;
        try
        {
            for (var rest = bytes; !rest.IsEmpty && !HttpMethods.IsHead(call.Http.Request.Method);)
            {
                var piece = rest[..Math.Min(rest.Length, Piece)];
                rest = rest[piece.Length..];
                var sending = call.Http.Response.BodyWriter.WriteAsync(piece, deadline.Token);
                if (!sending.IsCompleted) deadline.Arm(StopReason.ClientStalled, call.Snapshot.Config.Server.FlushTimeout);
                await sending;
            }

            return null;
        }
        catch (OperationCanceledException) when (deadline.Reason != StopReason.None)
        {
            return UpstreamFailure.Of(deadline.Reason, plan.Provider.Name);
        }
    }

    /// <summary>The end of the response, while the deadline can still end the wait for a client that does not read.</summary>
    private async ValueTask<GatewayError?> CompleteAsync()
    {
        try
        {
            attempt.Deadline.Arm(StopReason.ClientStalled, call.Snapshot.Config.Server.FlushTimeout);
            await call.Http.Response.CompleteAsync().WaitAsync(attempt.Deadline.Token);
            return null;
        }
        catch (OperationCanceledException) when (attempt.Deadline.Reason != StopReason.None)
        {
            return UpstreamFailure.Of(attempt.Deadline.Reason, plan.Provider.Name);
        }
    }
}
