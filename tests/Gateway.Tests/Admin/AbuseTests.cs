using System.Net;
using Gateway.Admin;
using Gateway.Core.Stores;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admin;

/// <summary>Who asks too often, for too much, or for something a database would understand.</summary>
[Collection(PostgresTests.Name)]
public class AbuseTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_credential_that_asks_too_often_is_told_when_to_come_back()
    {
        var time = new ManualTime();
        await using var host = await AdminHost.StartAsync(time: time);
        for (var i = 0; i < 100; i++)
            (await host.FailAsync("/admin/v1/budgets")).Status.Should().Be(HttpStatusCode.OK);

        var (status, error, response) = await host.FailAsync("/admin/v1/budgets");

        (status, error.GetProperty("code").GetString()).Should().Be((HttpStatusCode.TooManyRequests, "rate_limit_exceeded"));
        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromMilliseconds(20));
        (await host.FailAsync("/admin/v1/budgets")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Each_token_has_a_rate_of_its_own_and_a_forbidden_call_counts()
    {
        await using var host = await EntityHost.StartAsync(EntityHost.Yaml.Replace("admin_rps: 100000", "admin_rps: 1", StringComparison.Ordinal));
        var busy = await host.MakeTokenAsync("""{"name":"busy","role":"viewer"}""");
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
            statuses.Add((await host.AdminAsync("GET", "/admin/v1/tokens", credential: busy)).Status);

        statuses[..2].Should().AllBeEquivalentTo(HttpStatusCode.Forbidden);
        statuses.Should().Contain(HttpStatusCode.TooManyRequests);
        (await host.AdminAsync("GET", "/admin/v1/budgets")).Status.Should().Be(HttpStatusCode.OK, "the admin key made one call of its own");
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wildcards_huge_pages_and_sort_orders_are_names_caps_and_errors(bool onPostgres)
    {
        await using var host = await EntityHost.StartAsync(await YamlAsync(onPostgres));
        (await host.AdminAsync("POST", "/admin/v1/teams", """{"name":"mine"}""")).Status.Should().Be(HttpStatusCode.Created);
        await host.MakeKeyAsync("""{"name":"web","team":"mine"}""");

        string[] lists = ["keys", "teams", "tokens", "audit", "ledger", "usage", "budgets", "config", "openapi.json"];
        string[] asked = ["limit=1001", "limit=1000000000000", "limit=-1", "limit=0", "sort=name", "order_by=name;DROP TABLE ledger", "offset=5", "cursor=%25", "cursor=' OR 1=1 --", "fields=*"];
        foreach (var (list, query) in lists.SelectMany(l => asked.Select(a => (l, a))))
            (await host.AdminAsync("GET", $"/admin/v1/{list}?{query}")).Status.Should().Be(HttpStatusCode.BadRequest, $"{list}?{query}");
        string[] searches = ["keys?team=", "audit?name=", "audit?kind=", "audit?actor=", "ledger?key=", "ledger?team=", "usage?group_by=key&model="];
        string[] patterns = ["%25", "_", "m%25", "*", "mine%00", "' OR '1'='1", "\\", "[a-z]"];
        foreach (var (search, pattern) in searches.SelectMany(s => patterns.Select(p => (s, p))))
        {
            var answer = await host.AdminAsync("GET", $"/admin/v1/{search}{pattern}");
            answer.Status.Should().Be(HttpStatusCode.OK, $"{search}{pattern}: {answer.Text}");
            answer.Json.GetProperty("data").GetArrayLength().Should().Be(0, $"{search}{pattern} is a name, and nothing has it");
        }
        (await host.AdminAsync("GET", "/admin/v1/keys?team=mine&limit=1000")).Json.GetProperty("data").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_ended()
    {
        var (time, store) = (new ManualTimers(DateTimeOffset.UnixEpoch), new StuckStore());
        await using var host = await AdminHost.StartAsync(time: time, queried: store);
        foreach (var path in new[] { "/admin/v1/ledger", "/admin/v1/usage", "/admin/v1/ledger?format=csv" })
        {
            var answer = host.FailAsync(path);
            (await store.AskedAsync()).Should().BeTrue();
            time.Advance(BoundedQueries.Longest);

            (await answer).Error.GetProperty("code").GetString().Should().Be("store_unavailable");
        }
    }

    [Fact]
    public async Task More_sums_than_anybody_reads_are_refused()
    {
        await using var host = await AdminHost.StartAsync(queried: new ManySums());

        var (status, error, _) = await host.FailAsync("/admin/v1/usage?group_by=user");

        (status, error.GetProperty("param").GetString()).Should().Be((HttpStatusCode.BadRequest, "group_by"));
    }

    private async Task<string> YamlAsync(bool onPostgres)
    {
        if (!onPostgres)
            return EntityHost.Yaml;
        var to = await postgres.EmptyDatabaseAsync("abuse");
        return EntityHost.Yaml.Replace("store: sqlite:{folder}/gateway.db", $"store: \"postgres://{to.User}:{Uri.EscapeDataString(to.Password ?? "")}@{to.Host}:{to.Port}/{to.Database}\"\nledger: {{ journal: {{folder}}/journal }}", StringComparison.Ordinal);
    }

    private sealed class StuckStore : StubLedgerStore
    {
        private readonly SemaphoreSlim _asked = new(0);

        public Task<bool> AskedAsync() => _asked.WaitAsync(TimeSpan.FromSeconds(30));

        public override ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken) => StuckAsync<LedgerPage>(cancellationToken);

        public override ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => StuckAsync<IReadOnlyList<UsageSum>>(cancellationToken);

        private async ValueTask<T> StuckAsync<T>(CancellationToken cancellationToken)
        {
            _asked.Release();
            var never = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var stop = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
            return await never.Task;
        }
    }

    /// <summary>As many as it is asked for.</summary>
    private sealed class ManySums : StubLedgerStore
    {
        public override ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) =>
            new([.. Enumerable.Range(0, query.Limit!.Value).Select(static i => new UsageSum([$"{i}"], 1, default, new(1)))]);
    }
}
