using Gateway.Config;

namespace Gateway.Tests.Config;

/// <summary>A file, a watcher that looks when it is told to, and what it put in force.</summary>
public abstract class ConfigWatcherRig : IAsyncDisposable
{
    private protected static readonly EnvironmentSource Nothing = new(new Dictionary<string, string>());

    private protected readonly TempFolder Folder = new();
    private protected readonly ManualTime Time = new();
    private protected readonly RecordingLogger<ConfigWatcher> Logger = new();
    private protected readonly List<GatewayConfig> Applied = [];
    private protected IReadOnlyList<ConfigProblem> Rejection = [];
    private protected ConfigWatcher? Watcher;

    public async ValueTask DisposeAsync()
    {
        if (Watcher is not null)
            await Watcher.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected ConfigSource Source => ConfigSource.Resolve(Folder["gateway.yaml"], Nothing);

    private protected ConfigWatcher Open(string? content, TimeSpan? interval = null, TimeProvider? time = null)
    {
        if (content is not null)
            Folder.Write("gateway.yaml", content);
        var loader = new ConfigLoader(Source, Nothing, TestConfig.Kinds);
        Watcher = new ConfigWatcher(loader, loader.Load(), Apply, time ?? Time, Logger) { Interval = interval ?? ConfigWatcher.DefaultInterval };
        return Watcher;
    }

    private protected async Task LookTwiceAsync()
    {
        await Watcher!.LookAsync();
        await Watcher.LookAsync();
    }

    private protected IReadOnlyList<ConfigProblem> Apply(GatewayConfig config, long generation)
    {
        if (Rejection.Count == 0)
            Applied.Add(config);
        return Rejection;
    }
}
