namespace Gateway.Config;

/// <summary>
/// Puts a changed configuration in force while the gateway runs. It compares a digest of the file (with <c>.env</c> and the files it names) every half second rather
/// than listening to the file system: that sees editors that rename, symlinks that are swapped (a Kubernetes ConfigMap's <c>..data</c>), network
/// shares and bind mounts alike, misses no event, and costs microseconds.
/// </summary>
/// <remarks>A change is read when two looks in a row saw the same content, so that a half-written file is not: live after at most a second.</remarks>
internal sealed partial class ConfigWatcher : IHostedService, IAsyncDisposable
{
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(500);

    // A file that is written to without a pause is read as it is: a change must be live within 2 s.
    private const int MaxUnrestfulLooks = 2;

    private const int MaxLoggedErrors = 20;

    private readonly ConfigLoader _loader;
    private readonly GatewayConfig _started;
    private readonly ApplyConfig _apply;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly bool _canReload;

    private ConfigStatus _status;
    private ConfigFingerprint? _inForce;
    private ConfigFingerprint? _attempted;
    private ConfigFingerprint? _seen;
    private IReadOnlyList<string> _sideFiles;
    private int _unrestfulLooks;
    private int _unreadableLooks;
    private Task _watching = Task.CompletedTask;

    /// <param name="initial">What the gateway was started with: already in force, as generation 1.</param>
    public ConfigWatcher(ConfigLoader loader, ConfigResult initial, ApplyConfig apply, TimeProvider time, ILogger<ConfigWatcher> logger)
    {
        _loader = loader;
        _started = initial.Config ?? throw new ArgumentException("the gateway starts with a valid configuration only", nameof(initial));
        (_apply, _time, _logger) = (apply, time, logger);
        _inForce = _attempted = _seen = initial.Fingerprint;
        _sideFiles = initial.SideFiles;
        _canReload = initial.Fingerprint is not null;
        _status = new() { Generation = 1, LastReloadSuccessful = true, LastAttempt = time.GetUtcNow(), Source = initial.Source.Description };
    }

    /// <summary>The last attempt's outcome; read without a lock.</summary>
    public ConfigStatus Status => Volatile.Read(ref _status);

    /// <summary>How often the files are looked at.</summary>
    public TimeSpan Interval { get; init; } = DefaultInterval;

    /// <summary>Begins to watch; the demo and pipes have nothing to watch.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_canReload)
            _watching = Task.Run(WatchAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Ends watching; a reload that is under way is waited for.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _watching.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stop.Dispose();
        _one.Dispose();
    }

    /// <summary>Reads the configuration now (SIGHUP) and puts it in force if it is valid and not what runs already; the demo and pipes stay as they are.</summary>
    public async Task<ConfigStatus> ReloadAsync(CancellationToken cancellationToken = default)
    {
        if (_canReload)
            await AloneAsync(Reload, cancellationToken);
        return Status;
    }

    /// <summary>One look at the files: reloads when they changed and have come to rest.</summary>
    internal Task LookAsync(CancellationToken cancellationToken = default) => AloneAsync(Look, cancellationToken);

    private async Task AloneAsync(Action act, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            act();
        }
        finally
        {
            _one.Release();
        }
    }

    private void Look()
    {
        var read = Fingerprint();
        // A file that cannot be read (a link to nowhere, rights taken away) is a configuration that is refused, and is said to be one.
        if (read is null && _unreadableLooks == 2) Reload();
        if (read is not { } now || now == _attempted)
        {
            _seen = _attempted;
            _unrestfulLooks = 0;
        }
        else if (now != _seen && ++_unrestfulLooks <= MaxUnrestfulLooks)
        {
            _seen = now;
        }
        else
        {
            _unrestfulLooks = 0;
            Reload();
        }
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await LookAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Log.Stopped(_logger);
        }
    }

    private ConfigFingerprint? Fingerprint()
    {
        try
        {
            var now = ConfigFingerprint.Read(_loader.Source.Path!, _loader.Source.DotEnvPath!, _sideFiles);
            _unreadableLooks = 0;
            return now;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Once, not twice a second: the file is looked at again anyway.
            if (_unreadableLooks++ == 0)
                Log.CannotWatch(_logger, _loader.Source.Description, e.Message);
            return null;
        }
    }

    private void Reload()
    {
        var loaded = _loader.Load();
        (_attempted, _sideFiles) = (loaded.Fingerprint, loaded.SideFiles);
        _seen = _attempted;
        IReadOnlyList<ConfigError> errors;
        try
        {
            errors = loaded.Config is null ? loaded.Errors : Apply(loaded);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A bug in compiling one configuration must not end the watching: the next one may be good.
            Log.ReloadThrew(_logger, e, loaded.Source.Description);
            errors = [new(loaded.Source.Description, 0, 0, "", "the configuration could not be put in force because of an internal error; the log has it")];
        }

        if (errors.Count > 0)
        {
            Publish(_status with { LastReloadSuccessful = false, LastAttempt = _time.GetUtcNow(), Errors = errors });
            LogErrors(errors);
        }
    }

    private IReadOnlyList<ConfigError> Apply(ConfigResult loaded)
    {
        var next = loaded.Config!;
        var generation = _status.Generation;
        var atNextStart = RestartOnly.Changed(_started, next);
        var isNew = loaded.Fingerprint != _inForce;
        if (isNew)
        {
            var problems = _apply(RestartOnly.Keep(_started, next), ++generation);
            if (problems.Count > 0)
                return loaded.Locate(problems);
        }

        foreach (var key in atNextStart.Except(_status.AtNextStart))
            Log.NextStart(_logger, key);
        _inForce = loaded.Fingerprint;
        Publish(_status with { Generation = generation, LastReloadSuccessful = true, LastAttempt = _time.GetUtcNow(), Errors = [], AtNextStart = atNextStart });
        if (isNew)
            Log.Reloaded(_logger, loaded.Source.Description, generation, next.Providers.Count, next.Models.Count, next.Keys.Count);
        else
            Log.Unchanged(_logger, loaded.Source.Description, generation);
        return [];
    }

    private void Publish(ConfigStatus next) => Volatile.Write(ref _status, next);

    private void LogErrors(IReadOnlyList<ConfigError> errors)
    {
        Log.ReloadFailed(_logger, _loader.Source.Description, errors.Count, _status.Generation);
        foreach (var error in errors.Take(MaxLoggedErrors))
            Log.Error(_logger, error);
        if (errors.Count > MaxLoggedErrors)
            Log.MoreErrors(_logger, errors.Count - MaxLoggedErrors);
    }
}
