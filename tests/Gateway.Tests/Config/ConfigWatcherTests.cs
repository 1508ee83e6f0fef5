using System.Diagnostics;

using Gateway.Config;

using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Config;

public sealed class ConfigWatcherTests : IAsyncDisposable
{
    private static readonly EnvironmentSource Nothing = new(new Dictionary<string, string>());

    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly RecordingLogger<ConfigWatcher> _log = new();
    private readonly List<GatewayConfig> _applied = [];
    private IReadOnlyList<ConfigProblem> _rejection = [];
    private ConfigWatcher? _watcher;

    public async ValueTask DisposeAsync()
    {
        if (_watcher is not null)
            await _watcher.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_change_is_put_in_force_once_it_has_come_to_rest()
    {
        var watcher = Open("keepalive: 1s");
        _folder.Write("gateway.yaml", "keepalive: 2s");

        await watcher.LookAsync();
        _applied.Should().BeEmpty("it may still be being written");
        _time.Now += TimeSpan.FromSeconds(1);
        await watcher.LookAsync();

        _applied.Should().ContainSingle().Which.Keepalive.Should().Be(TimeSpan.FromSeconds(2));
        watcher.Status.Should().BeEquivalentTo(new { Generation = 2L, LastReloadSuccessful = true, LastAttempt = _time.Now, Source = Source.Description });
        await LookTwiceAsync();
        _applied.Should().ContainSingle("nothing changed since");
    }

    [Fact]
    public async Task A_file_that_never_rests_is_read_all_the_same()
    {
        var watcher = Open("keepalive: 1s");
        for (var i = 2; i <= 4; i++)
        {
            _folder.Write("gateway.yaml", $"keepalive: {i}s");
            await watcher.LookAsync();
        }

        _applied.Should().ContainSingle().Which.Keepalive.Should().Be(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task An_invalid_change_leaves_what_runs_and_is_reported_once()
    {
        var watcher = Open("keepalive: 1s");
        _folder.Write("gateway.yaml", "keepalive: soon\nbogus: 1");

        await LookTwiceAsync();
        await LookTwiceAsync();

        _applied.Should().BeEmpty();
        watcher.Status.Generation.Should().Be(1);
        watcher.Status.LastReloadSuccessful.Should().BeFalse();
        watcher.Status.Errors.Select(e => e.Line).Should().Equal(1, 2);
        _log.Entries.Select(e => (e.Level, e.Id)).Should().Equal(
            (LogLevel.Error, ConfigEventIds.ReloadFailed), (LogLevel.Error, ConfigEventIds.Error), (LogLevel.Error, ConfigEventIds.Error));
    }

    [Fact]
    public async Task Going_back_to_what_runs_ends_the_complaint_without_a_new_generation()
    {
        var watcher = Open("keepalive: 1s");
        _folder.Write("gateway.yaml", "keepalive: soon");
        await LookTwiceAsync();
        _folder.Write("gateway.yaml", "keepalive: 1s");
        await LookTwiceAsync();

        _applied.Should().BeEmpty();
        watcher.Status.Should().BeEquivalentTo(new { Generation = 1L, LastReloadSuccessful = true });
        watcher.Status.Errors.Should().BeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("keepalive: 2s\nserver: { dra")]
    [InlineData("keepalive: 2s\nkeys:\n  - name: half")]
    public async Task A_half_written_file_changes_nothing(string content)
    {
        var watcher = Open("keepalive: 1s");
        _folder.Write("gateway.yaml", content);

        await LookTwiceAsync();

        _applied.Should().BeEmpty();
        watcher.Status.LastReloadSuccessful.Should().BeFalse();
    }

    [Fact]
    public async Task A_file_that_is_gone_changes_nothing_until_it_is_back()
    {
        var watcher = Open("keepalive: 1s");
        File.Delete(_folder["gateway.yaml"]);
        await LookTwiceAsync();
        watcher.Status.Errors.Should().ContainSingle().Which.Message.Should().Be("there is no such file");

        _folder.Write("gateway.yaml", "keepalive: 2s");
        await LookTwiceAsync();

        _applied.Should().ContainSingle();
        watcher.Status.LastReloadSuccessful.Should().BeTrue();
    }

    [Fact]
    public async Task An_editor_that_renames_over_the_file_is_seen()
    {
        Open("keepalive: 1s");
        var written = File.GetLastWriteTimeUtc(_folder["gateway.yaml"]);
        _folder.Write("gateway.yaml~", "keepalive: 2s");
        File.SetLastWriteTimeUtc(_folder["gateway.yaml~"], written);
        File.Move(_folder["gateway.yaml~"], _folder["gateway.yaml"], overwrite: true);

        await LookTwiceAsync();

        _applied.Should().ContainSingle("length and time are as before, the content is not");
    }

    [Fact]
    public async Task A_symlink_swapped_by_Kubernetes_is_seen()
    {
        // ConfigMap volume: gateway.yaml → ..data/gateway.yaml, ..data → ..2026_1; an update swaps ..data; mtime and path of gateway.yaml itself stay.
        Directory.CreateDirectory(_folder["..2026_1"]);
        Directory.CreateDirectory(_folder["..2026_2"]);
        File.WriteAllText(Path.Combine(_folder["..2026_1"], "gateway.yaml"), "keepalive: 1s");
        File.WriteAllText(Path.Combine(_folder["..2026_2"], "gateway.yaml"), "keepalive: 2s");
        Directory.CreateSymbolicLink(_folder["..data"], "..2026_1");
        File.CreateSymbolicLink(_folder["gateway.yaml"], Path.Combine("..data", "gateway.yaml"));
        Open(null);

        Directory.Delete(_folder["..data"]);
        Directory.CreateSymbolicLink(_folder["..data"], "..2026_2");
        await LookTwiceAsync();

        _applied.Should().ContainSingle().Which.Keepalive.Should().Be(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_change_of_the_env_file_is_seen()
    {
        _folder.Write(".env", "WAIT=1s\n");
        Open("keepalive: ${WAIT}");
        _folder.Write(".env", "WAIT=2s\n");

        await LookTwiceAsync();

        _applied.Should().ContainSingle().Which.Keepalive.Should().Be(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_hundred_changes_valid_and_invalid_in_turn_apply_every_valid_one()
    {
        var watcher = Open("keepalive: 1s");
        for (var i = 1; i <= 100; i++)
        {
            _folder.Write("gateway.yaml", i % 2 == 0 ? $"keepalive: {i}s" : $"keepalive: {i}");
            await LookTwiceAsync();
            watcher.Status.LastReloadSuccessful.Should().Be(i % 2 == 0);
        }

        _applied.Select(c => (int)c.Keepalive.TotalSeconds).Should().Equal(Enumerable.Range(1, 50).Select(i => 2 * i));
        watcher.Status.Generation.Should().Be(51);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_compiled_is_an_error_with_its_line()
    {
        var watcher = Open("keepalive: 1s");
        _rejection = [new("models[0].targets[0]", "this target serves no embeddings")];
        _folder.Write("gateway.yaml", "providers: [{ name: a, kind: demo }]\nmodels:\n  - name: m\n    targets: [{ provider: a, model: x }]");

        await LookTwiceAsync();

        watcher.Status.Should().BeEquivalentTo(new { Generation = 1L, LastReloadSuccessful = false });
        watcher.Status.Errors.Single().ToString().Should().Be($"{_folder["gateway.yaml"]}:4:15: models[0].targets[0]: this target serves no embeddings");

        _rejection = [];
        (await watcher.ReloadAsync()).Generation.Should().Be(2, "on demand the same file is tried again");
    }

    [Fact]
    public async Task What_a_running_process_cannot_exchange_is_kept_and_named_once()
    {
        var watcher = Open("keepalive: 1s");
        _folder.Write("gateway.yaml", $$"""
            server: { urls: "http://127.0.0.1:5000", max_body: 1MiB, admin_rps: 5, admin_key: {{new string('k', 32)}} }
            store: sqlite:other.db
            ledger: { sync: always, in_doubt: release, journal: elsewhere }
            telemetry: { metrics: { path: /m }, otlp: "http://127.0.0.1:4317", logs: text }
            keepalive: 2s
            """);
        await LookTwiceAsync();
        await LookTwiceAsync();

        var initial = new GatewayConfig();
        _applied.Should().ContainSingle().Which.Should().BeEquivalentTo(initial with
        {
            Server = initial.Server with { MaxBody = 1024 * 1024 },
            Keepalive = TimeSpan.FromSeconds(2),
        });
        string[] keys = [.. RestartOnly.Keys];
        watcher.Status.AtNextStart.Should().BeEquivalentTo(keys);
        _log.Entries.Where(e => e.Id == ConfigEventIds.NextStart).Select(e => e.Text).Should()
            .BeEquivalentTo(keys.Select(k => $"{k} has changed; the change takes effect at the next start"));
    }

    [Fact]
    public async Task A_key_that_is_as_it_was_at_the_start_again_waits_for_nothing()
    {
        var watcher = Open("store: sqlite:a.db");
        _folder.Write("gateway.yaml", "store: sqlite:b.db");
        await LookTwiceAsync();
        watcher.Status.AtNextStart.Should().Equal("store");
        _folder.Write("gateway.yaml", "store: sqlite:a.db # again");
        await LookTwiceAsync();

        watcher.Status.AtNextStart.Should().BeEmpty();
        _applied.Select(c => $"{c.Store}").Should().Equal("sqlite:a.db", "sqlite:a.db");
    }

    [Fact]
    public async Task A_storm_of_demands_compiles_an_unchanged_file_never()
    {
        var watcher = Open("keepalive: 1s");

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => watcher.ReloadAsync())));

        _applied.Should().BeEmpty();
        watcher.Status.Generation.Should().Be(1);
    }

    [Fact]
    public async Task The_demo_has_nothing_to_reload()
    {
        var loader = new ConfigLoader(ConfigSource.Demo, Nothing, TestConfig.Kinds);
        _watcher = new ConfigWatcher(loader, loader.Load(), Apply, _time, _log);

        (await _watcher.ReloadAsync()).Generation.Should().Be(1);

        _applied.Should().BeEmpty();
    }

    [Fact]
    public async Task A_bug_in_compiling_does_not_end_the_watching()
    {
        var failing = true;
        _folder.Write("gateway.yaml", "keepalive: 1s");
        var loader = new ConfigLoader(Source, Nothing, TestConfig.Kinds);
        _watcher = new ConfigWatcher(loader, loader.Load(), (c, g) => failing ? throw new InvalidOperationException("bug") : Apply(c, g), _time, _log);

        _folder.Write("gateway.yaml", "keepalive: 2s");
        await LookTwiceAsync();
        _watcher.Status.LastReloadSuccessful.Should().BeFalse();
        _log.Entries.Should().Contain(e => e.Id == ConfigEventIds.ReloadThrew);

        failing = false;
        _folder.Write("gateway.yaml", "keepalive: 3s");
        await LookTwiceAsync();
        _applied.Should().ContainSingle();
    }

    [Fact]
    public async Task Started_it_sees_a_change_by_itself_and_stops_cleanly()
    {
        var watcher = Open("keepalive: 1s", TimeSpan.FromMilliseconds(20), TimeProvider.System);
        await watcher.StartAsync(default);
        _folder.Write("gateway.yaml", "keepalive: 2s");

        var watch = Stopwatch.StartNew();
        while (watcher.Status.Generation == 1 && watch.Elapsed < TimeSpan.FromSeconds(30))
            await Task.Delay(10);

        watcher.Status.Generation.Should().Be(2);
        await watcher.StopAsync(default);
        _log.Entries.Should().Contain(e => e.Id == ConfigEventIds.Stopped);
    }

    [Fact]
    public async Task A_link_to_nowhere_is_a_configuration_that_is_refused_until_the_file_is_back()
    {
        var watcher = Open("keepalive: 1s");
        File.Delete(_folder["gateway.yaml"]);
        File.CreateSymbolicLink(_folder["gateway.yaml"], _folder["nowhere.yaml"]);

        await LookTwiceAsync();
        watcher.Status.LastReloadSuccessful.Should().BeFalse();
        watcher.Status.Errors.Should().NotBeEmpty();
        await LookTwiceAsync();
        _applied.Should().BeEmpty();

        File.Delete(_folder["gateway.yaml"]);
        _folder.Write("gateway.yaml", "keepalive: 1s");
        await LookTwiceAsync();
        watcher.Status.LastReloadSuccessful.Should().BeTrue();
    }

    [Fact]
    public void Three_looks_are_within_the_two_seconds_a_change_may_take() =>
        (3 * ConfigWatcher.DefaultInterval).Should().BeLessThan(TimeSpan.FromSeconds(2));

    private ConfigSource Source => ConfigSource.Resolve(_folder["gateway.yaml"], Nothing);

    private ConfigWatcher Open(string? content, TimeSpan? interval = null, TimeProvider? time = null)
    {
        if (content is not null)
            _folder.Write("gateway.yaml", content);
        var loader = new ConfigLoader(Source, Nothing, TestConfig.Kinds);
        _watcher = new ConfigWatcher(loader, loader.Load(), Apply, time ?? _time, _log) { Interval = interval ?? ConfigWatcher.DefaultInterval };
        return _watcher;
    }

    private async Task LookTwiceAsync()
    {
        await _watcher!.LookAsync();
        await _watcher.LookAsync();
    }

    private IReadOnlyList<ConfigProblem> Apply(GatewayConfig config, long generation)
    {
        if (_rejection.Count == 0)
            _applied.Add(config);
        return _rejection;
    }
}
