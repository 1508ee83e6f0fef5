using System.Net;
using System.Text;
using Gateway.Core.Stores;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Tests.Metering;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Admin;

/// <summary>Keys of the store over restarts, reloads of the file, and changes of other instances.</summary>
public class StoredKeyTests
{
    private const string Keys = "/admin/v1/keys";

    [Fact]
    public async Task Keys_and_spending_survive_a_restart_and_a_change()
    {
        using var directory = new TempDirectory();
        string key;
        await using (var host = await EntityHost.StartAsync(directory: directory))
        {
            key = await host.MakeKeyAsync("""{"name":"web","limits":{"rpm":2}}""");
            (await host.ChatAsync(key)).Status.Should().Be(HttpStatusCode.OK);
            (await host.AdminAsync("PATCH", Keys + "/web", """{"metadata":{"a":"b"}}""")).Status.Should().Be(HttpStatusCode.OK);
            (await host.ChatAsync(key)).Status.Should().Be(HttpStatusCode.OK);
            (await host.ChatAsync(key)).Status.Should().Be(HttpStatusCode.TooManyRequests, "a change does not give requests back");
        }

        await using var again = await EntityHost.StartAsync(directory: directory);

        (await again.ChatAsync(key)).Status.Should().Be(HttpStatusCode.OK);
        (await again.AdminAsync("GET", Keys + "/web")).ETag.Should().Be("\"2\"");
        (await again.AdminAsync("GET", "/admin/v1/audit")).Json.GetProperty("data").GetArrayLength().Should().Be(2);
    }

    [Fact]
    public async Task An_entry_that_the_file_no_longer_allows_is_left_out_and_the_rest_runs()
    {
        using var directory = new TempDirectory();
        string stranded, shadowed, good;
        await using (var host = await EntityHost.StartAsync(directory: directory))
        {
            stranded = await host.MakeKeyAsync("""{"name":"stranded","models":["other"]}""");
            shadowed = await host.MakeKeyAsync("""{"name":"shadowed"}""");
            good = await host.MakeKeyAsync("""{"name":"good"}""");
        }
        var yaml = EntityHost.Yaml.Replace(", { name: other, unpriced: allow, targets: [{ provider: demo, model: demo }] }", "", StringComparison.Ordinal)
            .Replace("keys: [", $"keys: [{{ name: shadowed, key: sk-of-the-file }}, {{ name: copied, key: {good} }}, ", StringComparison.Ordinal);

        await using var again = await EntityHost.StartAsync(yaml, directory);

        (await again.ChatAsync(stranded)).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await again.ChatAsync(shadowed)).Status.Should().Be(HttpStatusCode.Unauthorized, "the file wins");
        (await again.ChatAsync("sk-of-the-file")).Status.Should().Be(HttpStatusCode.OK);
        (await again.ChatAsync(good)).Status.Should().Be(HttpStatusCode.OK, "the same secret in the file is the file's key");
        (await again.AdminAsync("GET", Keys + "/stranded")).Json.GetProperty("source").GetString().Should().Be("store", "it can be repaired");
    }

    [Fact]
    public async Task A_reload_of_the_file_keeps_what_the_store_has()
    {
        await using var host = await EntityHost.StartAsync();
        var key = await host.MakeKeyAsync("""{"name":"web","team":"growth"}""");
        var snapshots = host.Services.GetRequiredService<SnapshotSwitch>();
        var file = snapshots.File;

        snapshots.Apply(file with { Teams = [], Keys = [] }, generation: 2);
        var without = await host.ChatAsync(key);
        snapshots.Apply(file, generation: 3);

        without.Status.Should().Be(HttpStatusCode.Unauthorized, "its team is gone: nobody knows what it may spend");
        (await host.ChatAsync(key)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_change_of_another_instance_is_taken_in_by_the_watcher()
    {
        await using var host = await EntityHost.StartAsync();
        var key = await host.MakeKeyAsync("""{"name":"web"}""");
        var watcher = host.Services.GetRequiredService<EntityWatcher>();
        watcher.Start();
        // Through the store alone: what the book does for its own changes is left to the watcher.
        var deleted = await host.Services.GetRequiredService<IEntityStore>().WriteAsync(
            new()
            {
                Kind = EntityKinds.Key,
                Name = "web",
                Expected = 1,
                Document = null,
                By = new("other", "admin", null, "req"),
                Action = "key.delete",
                At = DateTimeOffset.UnixEpoch,
            },
            CancellationToken.None);
        deleted.IsDone.Should().BeTrue();

        // A signal, no clock: without it this would wait for ever.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while ((await host.ChatAsync(key)).Status == HttpStatusCode.OK)
            patience.IsCancellationRequested.Should().BeFalse("the store says so at once");
    }

    [Fact]
    public async Task The_store_has_no_secret()
    {
        using var directory = new TempDirectory();
        string key;
        await using (var host = await EntityHost.StartAsync(directory: directory))
        {
            key = await host.MakeKeyAsync("""{"name":"web"}""");
            (await host.ChatAsync(key)).Status.Should().Be(HttpStatusCode.OK);
        }

        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(directory.File("x"))!, "*", SearchOption.AllDirectories))
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)).Should().NotContain(key.Split('-')[3], file);
    }
}
