using System.Runtime.InteropServices;

namespace Gateway.Hosting;

/// <summary>SIGTERM and SIGINT end the process in order, a second one at once; SIGHUP reads the configuration again.</summary>
internal sealed class Signals : IDisposable
{
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hurry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _registrations = [];

    public Signals(Action reload)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT])
            _registrations.Add(PosixSignalRegistration.Create(signal, Stop));
        if (OperatingSystem.IsWindows()) return;
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            reload();
        }));
    }

    /// <summary>Completes at the first signal to stop.</summary>
    public Task Stopping => _stop.Task;

    /// <summary>Completes at the second.</summary>
    public Task Hurrying => _hurry.Task;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!_stop.TrySetResult()) _hurry.TrySetResult();
    }
}
