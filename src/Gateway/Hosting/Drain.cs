using Gateway.Config;
using Gateway.Overload;
using Gateway.Upstream;

namespace Gateway.Hosting;

/// <summary>
/// The way down: readiness says 503, load balancers get <c>pre_stop_delay</c> to notice, the listener closes, running requests get <c>drain</c> to finish, and what is
/// left then is told so with an error event before its connection is cut.
/// </summary>
internal sealed class Drain(Lifecycle lifecycle, FairGate gate, Deadlines deadlines, TimeProvider time)
{
    /// <summary>For error events to be written and read.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    /// <param name="hurry">Completes when the operator does not want to wait.</param>
    public async Task RunAsync(WebApplication app, ServerConfig server, Task hurry)
    {
        lifecycle.Drain();
        await Task.WhenAny(Task.Delay(server.PreStopDelay, time), hurry);
        using var abort = new CancellationTokenSource();
        var stopped = app.StopAsync(abort.Token);
        if (await Task.WhenAny(stopped, hurry, Task.Delay(server.Drain, time)) != stopped)
        {
            gate.Close();   // first: the places of those that are cancelled are nobody's any more
            deadlines.CancelAll();
            abort.CancelAfter(LastWords);
        }

        await stopped;
    }
}
