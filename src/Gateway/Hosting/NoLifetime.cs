namespace Gateway.Hosting;

/// <summary>Keeps the framework's hands off the signals: a SIGTERM would close the listener at once, before load balancers have heard of it.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
