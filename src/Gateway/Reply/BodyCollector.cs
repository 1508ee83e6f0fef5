using Gateway.Core.Errors;
using Gateway.Pipeline;
using Gateway.Upstream;

namespace Gateway.Reply;

/// <summary>Reads an upstream's whole body, under the attempt's timers.</summary>
internal static class BodyCollector
{
    /// <summary>More is no answer: 2,048 embeddings of 3,072 numbers are about 75 MB.</summary>
    public const int MaxReply = 256 * 1024 * 1024;

    private const int FirstRent = 4096;

    /// <param name="output">Receives the bytes.</param>
    /// <param name="keep">Bytes to keep; what comes after is not read. An error page needs no more than its beginning.</param>
    /// <returns>Null when the body is complete.</returns>
    public static async ValueTask<GatewayError?> ReadAsync(Call call, UpstreamReply reply, Attempt attempt, PooledWriter output, int keep)
    {
        var provider = attempt.Target.Provider;
        var deadline = attempt.Deadline;
        var turn = 0;
        try
        {
            while (output.Length < keep)
            {
                var count = await reply.Body.ReadAsync(output.GetMemory(FirstRent), deadline.Token);
                if (count == 0) return null;
                attempt.FirstByte ??= call.ElapsedSince(attempt.Started);
                output.Advance(count);
                deadline.Arm(StopReason.IdleTimeout, provider.Config.Timeout.Idle);
                if ((turn += count) < SocketCompletions.Turn) continue;
                turn = 0;
                await SocketCompletions.GiveWay();
            }

            return keep < MaxReply ? null : new(ErrorKind.BadUpstream, $"The answer of provider '{provider.Name}' is larger than {MaxReply} bytes.");
        }
        catch (OperationCanceledException) when (deadline.Reason != StopReason.None)
        {
            return UpstreamFailure.Of(deadline.Reason, provider.Name);
        }
        catch (IOException)
        {
            return new(ErrorKind.BadUpstream, $"Provider '{provider.Name}' closed the connection before its answer was complete.");
        }
    }
}
