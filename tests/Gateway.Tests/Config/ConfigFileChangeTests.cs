using System.Diagnostics;

using Gateway.Config;

namespace Gateway.Tests.Config;

/// <summary>The ways in which a file changes.</summary>
public sealed class ConfigFileChangeTests : ConfigWatcherRig
{
    [Fact]
    public async Task A_file_that_never_rests_is_read_all_the_same()
    {
        var watcher = Open("keepalive: 1s");
        for (var i = 2; i <= 4; i++)
        {
            Folder.Write("gateway.yaml", $"keepalive: {i}s");
            await watcher.LookAsync();
        }

        Applied.Should().ContainSingle().Which.Keepalive.Should().Be(TimeSpan.FromSeconds(4));
    }

    [Theory]
    [InlineData("")]
    [InlineData("keepalive: 2s\nserver: { dra")]
    [InlineData("keepalive: 2s\nkeys:\n  - name: half")]
    public async Task A_half_written_file_changes_nothing(string content)
    {
        var watcher = Open("keepalive: 1s");
        Folder.Write("gateway.yaml", content);

        await LookTwiceAsync();

        Applied.Should().BeEmpty();
        watcher.Status.LastReloadSuccessful.Should().BeFalse();
    }

    [Fact]
    public async Task A_file_that_is_gone_changes_nothing_until_it_is_back()
    {
        var watcher = Open("keepalive: 1s");
        File.Delete(Folder["gateway.yaml"]);
        await LookTwiceAsync();
        watcher.Status.Errors.Should().ContainSingle().Which.Message.Should().Be("there is no such file");

        Folder.Write("gateway.yaml", "keepalive: 2s");
        await LookTwiceAsync();

        Applied.Should().ContainSingle();
        watcher.Status.LastReloadSuccessful.Should().BeTrue();
    }

    [Fact]
    public async Task An_editor_that_renames_over_the_file_is_seen()
    {
        Open("keepalive: 1s");
        var written = File.GetLastWriteTimeUtc(Folder["gateway.yaml"]);
        Folder.Write("gateway.yaml~", "keepalive: 2s");
        File.SetLastWriteTimeUtc(Folder["gateway.yaml~"], written);
        File.Move(Folder["gateway.yaml~"], Folder["gateway.yaml"], overwrite: true);

        await LookTwiceAsync();

        Applied.Should().ContainSingle("length and time are as before, the content is not");
    }

    [Fact]
    public async Task A_symlink_swapped_by_Kubernetes_is_seen()
    {
        // ConfigMap volume: gateway.yaml → ..data/gateway.yaml, ..data → ..2026_1; an update swaps ..data; mtime and path of gateway.yaml itself stay.
        Directory.CreateDirectory(Folder["..2026_1"]);
        Directory.CreateDirectory(Folder["..2026_2"]);
        File.WriteAllText(Path.Combine(Folder["..2026_1"], "gateway.yaml"), "keepalive: 1s");
        File.WriteAllText(Path.Combine(Folder["..2026_2"], "gateway.yaml"), "keepalive: 2s");
        Directory.CreateSymbolicLink(Folder["..data"], "..2026_1");
        File.CreateSymbolicLink(Folder["gateway.yaml"], Path.Combine("..data", "gateway.yaml"));
        Open(null);

        Directory.Delete(Folder["..data"]);
        Directory.CreateSymbolicLink(Folder["..data"], "..2026_2");
        await LookTwiceAsync();

        Applied.Should().ContainSingle().Which.Keepalive.Should().Be(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_change_of_the_env_file_is_seen()
    {
        Folder.Write(".env", "WAIT=1s\n");
        Open("keepalive: ${WAIT}");
        Folder.Write(".env", "WAIT=2s\n");

        await LookTwiceAsync();

        Applied.Should().ContainSingle().Which.Keepalive.Should().Be(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_link_to_nowhere_is_a_configuration_that_is_refused_until_the_file_is_back()
    {
        var watcher = Open("keepalive: 1s");
        File.Delete(Folder["gateway.yaml"]);
        File.CreateSymbolicLink(Folder["gateway.yaml"], Folder["nowhere.yaml"]);

        await LookTwiceAsync();
        watcher.Status.LastReloadSuccessful.Should().BeFalse();
        watcher.Status.Errors.Should().NotBeEmpty();
        await LookTwiceAsync();
        Applied.Should().BeEmpty();

        File.Delete(Folder["gateway.yaml"]);
        Folder.Write("gateway.yaml", "keepalive: 1s");
        await LookTwiceAsync();
        watcher.Status.LastReloadSuccessful.Should().BeTrue();
    }

    [Fact]
    public async Task Started_it_sees_a_change_by_itself_and_stops_cleanly()
    {
        var watcher = Open("keepalive: 1s", TimeSpan.FromMilliseconds(20), TimeProvider.System);
        await watcher.StartAsync(default);
        Folder.Write("gateway.yaml", "keepalive: 2s");

        var watch = Stopwatch.StartNew();
        while (watcher.Status.Generation == 1 && watch.Elapsed < TimeSpan.FromSeconds(30))
            await Task.Delay(10);

        watcher.Status.Generation.Should().Be(2);
        await watcher.StopAsync(default);
        Logger.Entries.Should().Contain(e => e.Id == ConfigEventIds.Stopped);
    }

    [Fact]
    public void Three_looks_are_within_the_two_seconds_a_change_may_take() =>
        (3 * ConfigWatcher.DefaultInterval).Should().BeLessThan(TimeSpan.FromSeconds(2));
}
