using Gateway.Config;

using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Config;

/// <summary>What becomes of a change.</summary>
public sealed class ConfigWatcherTests : ConfigWatcherRig
{
    [Fact]
    public async Task A_change_is_put_in_force_once_it_has_come_to_rest()
    {
        var watcher = Open("keepalive: 1s");
        Folder.Write("gateway.yaml", "keepalive: 2s");

        await watcher.LookAsync();
        Applied.Should().BeEmpty("it may still be being written");
        Time.Now += TimeSpan.FromSeconds(1);
        await watcher.LookAsync();

        Applied.Should().ContainSingle().Which.Keepalive.Should().Be(TimeSpan.FromSeconds(2));
        watcher.Status.Should().BeEquivalentTo(new { Generation = 2L, LastReloadSuccessful = true, LastAttempt = Time.Now, Source = Source.Description });
        await LookTwiceAsync();
        Applied.Should().ContainSingle("nothing changed since");
    }

    [Fact]
    public async Task An_invalid_change_leaves_what_runs_and_is_reported_once()
    {
        var watcher = Open("keepalive: 1s");
        Folder.Write("gateway.yaml", "keepalive: soon\nbogus: 1");

        await LookTwiceAsync();
        await LookTwiceAsync();

        Applied.Should().BeEmpty();
        watcher.Status.Generation.Should().Be(1);
        watcher.Status.LastReloadSuccessful.Should().BeFalse();
        watcher.Status.Errors.Select(e => e.Line).Should().Equal(1, 2);
        Logger.Entries.Select(e => (e.Level, e.Id)).Should().Equal(
            (LogLevel.Error, ConfigEventIds.ReloadFailed), (LogLevel.Error, ConfigEventIds.Error), (LogLevel.Error, ConfigEventIds.Error));
    }

    [Fact]
    public async Task Going_back_to_what_runs_ends_the_complaint_without_a_new_generation()
    {
        var watcher = Open("keepalive: 1s");
        Folder.Write("gateway.yaml", "keepalive: soon");
        await LookTwiceAsync();
        Folder.Write("gateway.yaml", "keepalive: 1s");
        await LookTwiceAsync();

        Applied.Should().BeEmpty();
        watcher.Status.Should().BeEquivalentTo(new { Generation = 1L, LastReloadSuccessful = true });
        watcher.Status.Errors.Should().BeEmpty();
    }

    [Fact]
    public async Task A_hundred_changes_valid_and_invalid_in_turn_apply_every_valid_one()
    {
        var watcher = Open("keepalive: 1s");
        for (var i = 1; i <= 100; i++)
        {
            Folder.Write("gateway.yaml", i % 2 == 0 ? $"keepalive: {i}s" : $"keepalive: {i}");
            await LookTwiceAsync();
            watcher.Status.LastReloadSuccessful.Should().Be(i % 2 == 0);
        }

        Applied.Select(c => (int)c.Keepalive.TotalSeconds).Should().Equal(Enumerable.Range(1, 50).Select(i => 2 * i));
        watcher.Status.Generation.Should().Be(51);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_compiled_is_an_error_with_its_line()
    {
        var watcher = Open("keepalive: 1s");
        Rejection = [new("models[0].targets[0]", "this target serves no embeddings")];
        Folder.Write("gateway.yaml", "providers: [{ name: a, kind: demo }]\nmodels:\n  - name: m\n    targets: [{ provider: a, model: x }]");

        await LookTwiceAsync();

        watcher.Status.Should().BeEquivalentTo(new { Generation = 1L, LastReloadSuccessful = false });
        watcher.Status.Errors.Single().ToString().Should().Be($"{Folder["gateway.yaml"]}:4:15: models[0].targets[0]: this target serves no embeddings");

        Rejection = [];
        (await watcher.ReloadAsync()).Generation.Should().Be(2, "on demand the same file is tried again");
    }

    [Fact]
    public async Task What_a_running_process_cannot_exchange_is_kept_and_named_once()
    {
        var watcher = Open("keepalive: 1s");
        Folder.Write("gateway.yaml", $$"""
            server: { urls: "http://127.0.0.1:5000", max_body: 1MiB, admin_rps: 5, admin_key: {{new string('k', 32)}} }
            store: sqlite:other.db
            ledger: { sync: always, in_doubt: release, in_doubt_after: 1m, journal: elsewhere }
            telemetry: { metrics: { path: /m }, otlp: "http://127.0.0.1:4317", logs: text }
            keepalive: 2s
            """);
        await LookTwiceAsync();
        await LookTwiceAsync();

        var initial = new GatewayConfig();
        Applied.Should().ContainSingle().Which.Should().BeEquivalentTo(initial with
        {
            Server = initial.Server with { MaxBody = 1024 * 1024 },
            Keepalive = TimeSpan.FromSeconds(2),
        });
        string[] keys = [.. RestartOnly.Keys];
        watcher.Status.AtNextStart.Should().BeEquivalentTo(keys);
        Logger.Entries.Where(e => e.Id == ConfigEventIds.NextStart).Select(e => e.Text).Should()
            .BeEquivalentTo(keys.Select(k => $"{k} has changed; the change takes effect at the next start"));
    }

    [Fact]
    public async Task A_key_that_is_as_it_was_at_the_start_again_waits_for_nothing()
    {
        var watcher = Open("store: sqlite:a.db");
        Folder.Write("gateway.yaml", "store: sqlite:b.db");
        await LookTwiceAsync();
        watcher.Status.AtNextStart.Should().Equal("store");
        Folder.Write("gateway.yaml", "store: sqlite:a.db # again");
        await LookTwiceAsync();

        watcher.Status.AtNextStart.Should().BeEmpty();
        Applied.Select(c => $"{c.Store}").Should().Equal("sqlite:a.db", "sqlite:a.db");
    }

    [Fact]
    public async Task A_storm_of_demands_compiles_an_unchanged_file_never()
    {
        var watcher = Open("keepalive: 1s");

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => watcher.ReloadAsync())));

        Applied.Should().BeEmpty();
        watcher.Status.Generation.Should().Be(1);
    }

    [Fact]
    public async Task The_demo_has_nothing_to_reload()
    {
        var loader = new ConfigLoader(ConfigSource.Demo, Nothing, TestConfig.Kinds);
        Watcher = new ConfigWatcher(loader, loader.Load(), Apply, Time, Logger);

        (await Watcher.ReloadAsync()).Generation.Should().Be(1);

        Applied.Should().BeEmpty();
    }

    [Fact]
    public async Task A_bug_in_compiling_does_not_end_the_watching()
    {
        var failing = true;
        Folder.Write("gateway.yaml", "keepalive: 1s");
        var loader = new ConfigLoader(Source, Nothing, TestConfig.Kinds);
        Watcher = new ConfigWatcher(loader, loader.Load(), (c, g) => failing ? throw new InvalidOperationException("bug") : Apply(c, g), Time, Logger);

        Folder.Write("gateway.yaml", "keepalive: 2s");
        await LookTwiceAsync();
        Watcher.Status.LastReloadSuccessful.Should().BeFalse();
        Logger.Entries.Should().Contain(e => e.Id == ConfigEventIds.ReloadThrew);

        failing = false;
        Folder.Write("gateway.yaml", "keepalive: 3s");
        await LookTwiceAsync();
        Applied.Should().ContainSingle();
    }
}
