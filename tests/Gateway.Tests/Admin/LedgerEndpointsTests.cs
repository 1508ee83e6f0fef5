using System.Net;
using System.Text.Json;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Tests.Metering;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admin;

public sealed class LedgerEndpointsTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async Task InitializeAsync() => _host = await AdminHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_row_has_the_names_of_the_contract()
    {
        await _host.Ledger.AppendAsync(LedgerRows.Row(11) with { Tags = ["a", "b\"c"], Stream = true, Function = "f", PromptVersion = "p@2" }, CancellationToken.None);

        var answer = await _host.GetAsync("/admin/v1/ledger");

        answer.GetProperty("next").ValueKind.Should().Be(JsonValueKind.Null);
        answer.GetProperty("data").EnumerateArray().Single().GetRawText().Should().Be(
            $$"""
            {"attempt_id":"a-11","request_id":"req-a-11","at":"2026-11-20T08:30:00.011000Z","key":"web-app","team":"growth","endpoint":"/v1/chat/completions","model":"fast",
            "provider":"openai","target_model":"gpt-4o-mini","stream":true,"status":200,"usage":{"input":11,"cache_read":0,"cache_write":0,"output":22,"reasoning":0},
            "usage_source":"exact","cost_nano_usd":407,"cache":null,"saved_nano_usd":0,"price_version":"2026-11-20","config_generation":1,"duration_ms":812.5,"ttft_ms":211.25,"tags":["a","b\u0022c"],
            "user":"u-17","function":"f","prompt_version":"p@2","instance":"{{_host.Ledger.Instance}}","explain":null}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task Rare_usage_classes_are_shown_where_they_are_not_zero_and_what_is_absent_is_null()
    {
        await _host.Ledger.AppendAsync(
            LedgerRows.Full() with { Usage = LedgerRows.Full().Usage with { Output = 7 }, Team = null, TtftMs = null, Cost = new(1) }, CancellationToken.None);

        var row = (await _host.GetAsync("/admin/v1/ledger")).GetProperty("data")[0];

        row.GetProperty("usage").GetRawText().Should().Be(
            """{"input":1,"cache_read":64,"cache_write":8192,"output":7,"reasoning":8,"cache_write_hour":1048576,"input_audio":5,"input_image":6,"output_audio":9,"output_image":10,"calls":11}""");
        row.GetProperty("team").ValueKind.Should().Be(JsonValueKind.Null);
        row.GetProperty("ttft_ms").ValueKind.Should().Be(JsonValueKind.Null);
        row.GetProperty("usage_source").GetString().Should().Be("in_doubt");
    }

    [Theory]
    [InlineData(UsageSource.Exact, "exact")]
    [InlineData(UsageSource.Partial, "partial")]
    [InlineData(UsageSource.Estimated, "estimated")]
    [InlineData(UsageSource.InDoubt, "in_doubt")]
    public async Task Every_usage_source_has_a_name(UsageSource source, string name)
    {
        await _host.Ledger.AppendAsync(LedgerRows.Row(1) with { UsageSource = source }, CancellationToken.None);

        (await _host.GetAsync("/admin/v1/ledger")).GetProperty("data")[0].GetProperty("usage_source").GetString().Should().Be(name);
    }

    [Fact]
    public async Task A_query_sees_what_was_appended_before_it_although_rows_linger()
    {
        for (var i = 0; i < 5; i++)
        {
            await _host.Ledger.AppendAsync(LedgerRows.Row(i), CancellationToken.None);
            (await _host.GetAsync("/admin/v1/ledger")).GetProperty("data").GetArrayLength().Should().Be(i + 1);
            (await _host.GetAsync("/admin/v1/usage")).GetProperty("data")[0].GetProperty("requests").GetInt64().Should().Be(i + 1);
        }
    }

    [Fact]
    public async Task Pages_follow_one_another_until_there_is_no_next()
    {
        await _host.Ledger.AppendAsync(LedgerRows.Many(25));
        var ids = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await _host.GetAsync($"/admin/v1/ledger?limit=10{(cursor is null ? "" : $"&cursor={cursor}")}");
            ids.AddRange(page.GetProperty("data").EnumerateArray().Select(static r => r.GetProperty("attempt_id").GetString()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);

        ids.Should().Equal(Enumerable.Range(0, 25).Select(static i => $"a-{i}"));
    }

    [Theory]
    [InlineData("from=2026-11-20T08:30:00.005Z", 5)]
    [InlineData("to=2026-11-20T08:30:00.005Z", 5)]
    [InlineData("from=2026-11-20", 10)]
    [InlineData("from=2026-11-20&to=2026-11-20", 0)]
    [InlineData("to=2026-11-20T09:30%2B01:00", 0)]
    [InlineData("from=2026-11-20T09:30:00.005+01:00", 5)]
    [InlineData("key=web-app&team=growth&model=fast&provider=openai", 10)]
    [InlineData("key=web-ap_", 0)]
    [InlineData("team=nobody", 0)]
    public async Task Parameters_select_rows(string query, int expected)
    {
        await _host.Ledger.AppendAsync(LedgerRows.Many(10));

        (await _host.GetAsync($"/admin/v1/ledger?{query}")).GetProperty("data").GetArrayLength().Should().Be(expected);
        var sums = (await _host.GetAsync($"/admin/v1/usage?{query}")).GetProperty("data").EnumerateArray();
        sums.Sum(static s => s.GetProperty("requests").GetInt64()).Should().Be(expected);
    }

    [Fact]
    public async Task Usage_is_the_sum_of_the_rows_by_what_was_asked_for()
    {
        await _host.Ledger.AppendAsync(LedgerRows.Many(6).Select(static (r, i) => r with { Key = $"k{i % 2}", Team = i % 2 == 0 ? null : "t", Status = 200 + i % 2, At = r.At.AddDays(i / 4) }));

        var sums = (await _host.GetAsync("/admin/v1/usage?group_by=key,team,status,day")).GetProperty("data").EnumerateArray().Select(static s => s.GetRawText());

        sums.Should().Equal(
            """{"key":"k0","team":null,"status":200,"day":"2026-11-20","requests":2,"usage":{"input":2,"cache_read":0,"cache_write":0,"output":4,"reasoning":0},"cost_nano_usd":74,"cache_hits":0,"saved_nano_usd":0}""",
            """{"key":"k0","team":null,"status":200,"day":"2026-11-21","requests":1,"usage":{"input":4,"cache_read":0,"cache_write":0,"output":8,"reasoning":0},"cost_nano_usd":148,"cache_hits":0,"saved_nano_usd":0}""",
            """{"key":"k1","team":"t","status":201,"day":"2026-11-20","requests":2,"usage":{"input":4,"cache_read":0,"cache_write":0,"output":8,"reasoning":0},"cost_nano_usd":148,"cache_hits":0,"saved_nano_usd":0}""",
            """{"key":"k1","team":"t","status":201,"day":"2026-11-21","requests":1,"usage":{"input":5,"cache_read":0,"cache_write":0,"output":10,"reasoning":0},"cost_nano_usd":185,"cache_hits":0,"saved_nano_usd":0}""");
    }

    [Theory]
    [InlineData("/admin/v1/ledger?from=yesterday", "from")]
    [InlineData("/admin/v1/ledger?from=2026-13-01", "from")]
    [InlineData("/admin/v1/ledger?to=1", "to")]
    [InlineData("/admin/v1/ledger?from=2026-11-21&to=2026-11-20", "to")]
    [InlineData("/admin/v1/ledger?limit=0", "limit")]
    [InlineData("/admin/v1/ledger?limit=1001", "limit")]
    [InlineData("/admin/v1/ledger?limit=-1", "limit")]
    [InlineData("/admin/v1/ledger?limit=1e2", "limit")]
    [InlineData("/admin/v1/ledger?limit=99999999999999999999", "limit")]
    [InlineData("/admin/v1/ledger?cursor=abc", "cursor")]
    [InlineData("/admin/v1/ledger?cursor=AAAAAAAAAAAAAAAAAAAAAAA", "cursor")]
    [InlineData("/admin/v1/ledger?key=", "key")]
    [InlineData("/admin/v1/ledger?key=a&key=b", "key")]
    [InlineData("/admin/v1/ledger?group_by=key", "group_by")]
    [InlineData("/admin/v1/ledger?form=2026-11-20", "form")]
    [InlineData("/admin/v1/usage?group_by=cost", "group_by")]
    [InlineData("/admin/v1/usage?group_by=key,,day", "group_by")]
    [InlineData("/admin/v1/usage?group_by=key,key", "group_by")]
    [InlineData("/admin/v1/usage?group_by=key;DROP%20TABLE%20ledger", "group_by")]
    [InlineData("/admin/v1/usage?limit=1", "limit")]
    public async Task A_wrong_parameter_is_a_400_that_names_it(string path, string parameter)
    {
        var (status, error, _) = await _host.FailAsync(path);

        status.Should().Be(HttpStatusCode.BadRequest);
        error.GetProperty("param").GetString().Should().Be(parameter);
        error.GetProperty("type").GetString().Should().Be("invalid_request_error");
        error.GetProperty("message").GetString().Should().Contain($"'{parameter}'");
    }

    public static TheoryData<string> Injections =>
    [
        "'", "\"", "' OR '1'='1", "'; DROP TABLE ledger; --", "\"; DELETE FROM ledger; --", "x' UNION SELECT * FROM schema_version --", "%", "_", "%_%", "\\", "\\'", "/*", "--",
        "\0", "a\0b", "\r\n", "$key", "@key", ":key", "?1", "1; ATTACH DATABASE 'x.db' AS x", "\u2028", "\uFFFD", "😀", new string('a', 513), new string('%', 2_000),
    ];

    [Theory]
    [MemberData(nameof(Injections))]
    public async Task What_means_something_to_sql_means_nothing_here(string value)
    {
        await _host.Ledger.AppendAsync(LedgerRows.Many(5));
        var before = await _host.GetAsync("/admin/v1/usage?group_by=key,team,model,provider");

        string[] ledger = ["from", "to", "key", "team", "model", "provider", "cursor", "limit"];
        string[] usage = ["from", "to", "key", "team", "model", "provider", "group_by"];
        foreach (var path in ledger.Select(p => $"ledger?{p}=").Concat(usage.Select(p => $"usage?{p}=")))
        {
            using var response = await _host.Client.GetAsync(new Uri($"/admin/v1/{path}{Uri.EscapeDataString(value)}", UriKind.Relative));

            ((int)response.StatusCode).Should().BeOneOf([200, 400], $"{path} {value}");
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            if (response.StatusCode == HttpStatusCode.OK)
                answer.RootElement.GetProperty("data").GetArrayLength().Should().Be(0, "nothing has this name");
        }

        var after = await _host.GetAsync("/admin/v1/usage?group_by=key,team,model,provider");
        after.GetRawText().Should().Be(before.GetRawText());
        (await _host.Store.CheckIntegrityAsync(CancellationToken.None)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_value_longer_than_any_request_line_is_refused_and_not_a_failure()
    {
        using var response = await _host.Client.GetAsync(new Uri($"/admin/v1/ledger?key={new string('a', 60_000)}", UriKind.Relative));

        ((int)response.StatusCode).Should().BeInRange(400, 499);
    }

    [Fact]
    public async Task Names_that_mean_something_to_sql_are_names_like_others()
    {
        const string name = "o'brien\"; DROP TABLE ledger; --%_\\";
        await _host.Ledger.AppendAsync(LedgerRows.Row(1) with { Key = name, Team = name, Model = name, Provider = name }, CancellationToken.None);
        var escaped = Uri.EscapeDataString(name);

        (await _host.GetAsync($"/admin/v1/ledger?key={escaped}&team={escaped}&model={escaped}&provider={escaped}")).GetProperty("data").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_is_a_503_that_tells_no_details()
    {
        await using var host = await AdminHost.StartAsync(queried: new BrokenStore());

        var (status, error, _) = await host.FailAsync("/admin/v1/usage");

        status.Should().Be(HttpStatusCode.ServiceUnavailable);
        error.GetProperty("code").GetString().Should().Be("store_unavailable");
        error.GetProperty("message").GetString().Should().NotContain("secret path");
    }

    private sealed class BrokenStore : StubLedgerStore
    {
        public override ValueTask MigrateAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public override ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken) => throw new StoreException("secret path");

        public override ValueTask<IReadOnlyList<UsageSum>> SumAsync(UsageQuery query, CancellationToken cancellationToken) => throw new StoreException("secret path");
    }
}
