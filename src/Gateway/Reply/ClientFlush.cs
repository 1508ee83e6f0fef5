using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Gateway.Pipeline;
using Gateway.Upstream;

namespace Gateway.Reply;

/// <summary>Waits while a client's buffers are full, at most for the flush timeout.</summary>
internal static class ClientFlush
{
    /// <param name="flushing">Begun with <see cref="Deadline.WriteToken"/>.</param>
    /// <exception cref="OperationCanceledException">The client has left, or took nothing for so long.</exception>
    public static ValueTask TakenAsync(ValueTask<FlushResult> flushing, Call call, Deadline deadline)
    {
        if (!flushing.IsCompletedSuccessfully) return WaitAsync(flushing, call, deadline);
        _ = flushing.Result;
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask WaitAsync(ValueTask<FlushResult> flushing, Call call, Deadline deadline)
    {
        var since = call.Now;
        deadline.Arm(StopReason.ClientStalled, call.Snapshot.Config.Server.FlushTimeout);
        try
        {
            await flushing;
        }
        finally
        {
            call.WaitedTicks += call.Now - since;
        }
    }
}
