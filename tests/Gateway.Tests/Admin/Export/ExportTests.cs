using System.Net;
using System.Text.Json;
using Gateway.Core.Stores;
using Gateway.Tests.Metering;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admin.Export;

public sealed class ExportTests : IAsyncLifetime
{
    private const string Window = "from=2026-11-20&to=2026-11-21";

    private AdminHost _host = null!;

    public async Task InitializeAsync() => _host = await AdminHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task An_export_of_fifty_thousand_rows_is_what_the_pages_hold()
    {
        const int count = 50_000;
        foreach (var batch in LedgerRows.Many(count).Select(static (r, i) => r with { At = LedgerRows.Start.AddMilliseconds(i / 7), Team = i % 3 == 0 ? null : "t" }).Chunk(5_000))
            await _host.Store.AppendAsync(batch, CancellationToken.None);

        var pages = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await _host.GetAsync($"/admin/v1/ledger?{Window}&limit=1000{cursor}");
            pages.AddRange(page.GetProperty("data").EnumerateArray());
            cursor = page.GetProperty("next").GetString() is { } next ? $"&cursor={next}" : null;
        }
        var lines = (await TextAsync($"/admin/v1/ledger?{Window}&format=jsonl")).Split('\n');
        var csv = CsvReader.Read(await TextAsync($"/admin/v1/ledger?{Window}&format=csv"));

        pages.Should().HaveCount(count);
        string.Join('\n', pages.Select(static r => r.GetRawText()).Append("")).Should().Be(string.Join('\n', lines), "a line is the row as the page has it");
        csv.Should().HaveCount(count + 1);
        var (id, cost, team, input) = (Array.IndexOf(csv[0], "attempt_id"), Array.IndexOf(csv[0], "cost_nano_usd"), Array.IndexOf(csv[0], "team"), Array.IndexOf(csv[0], "input"));
        csv.Skip(1).Select(c => (c[id], c[cost], c[team], c[input])).Should().Equal(pages.Select(static r =>
            (r.GetProperty("attempt_id").GetString()!, r.GetProperty("cost_nano_usd").GetRawText(), r.GetProperty("team").GetString() ?? "", r.GetProperty("usage").GetProperty("input").GetRawText())));
    }

    [Fact]
    public async Task Every_cell_of_a_row_stands_under_its_name()
    {
        await _host.Store.AppendAsync([LedgerRows.Full() with { Key = "=cmd|' /C calc'!A0", User = "-u", Function = "\tf" }], CancellationToken.None);

        var csv = CsvReader.Read(await TextAsync($"/admin/v1/ledger?{Window}&format=csv"));
        var row = csv[0].Zip(csv[1]).ToDictionary(static c => c.First, static c => c.Second);

        row.Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["attempt_id"] = "01JD-ÄÖ✓-1",
            ["request_id"] = "req 'quoted' \"twice\"; DROP TABLE ledger;--",
            ["at"] = "2026-11-20T08:30:01.234567Z",
            ["key"] = "'=cmd|' /C calc'!A0",
            ["team"] = "équipe",
            ["endpoint"] = "/v1/embeddings",
            ["model"] = "模型",
            ["provider"] = "open\nai",
            ["target_model"] = "gpt-%_-\u2028",
            ["stream"] = "true",
            ["status"] = "499",
            ["input"] = "1",
            ["cache_read"] = "64",
            ["cache_write"] = "8192",
            ["cache_write_hour"] = "1048576",
            ["input_audio"] = "5",
            ["input_image"] = "6",
            ["output"] = "2305843009213693951",
            ["reasoning"] = "8",
            ["output_audio"] = "9",
            ["output_image"] = "10",
            ["calls"] = "11",
            ["usage_source"] = "in_doubt",
            ["cost_nano_usd"] = "9000000000000000001",
            ["cache"] = "hit",
            ["saved_nano_usd"] = "8000000000000000001",
            ["price_version"] = "",
            ["config_generation"] = "4000000000",
            ["duration_ms"] = "0.001",
            ["ttft_ms"] = "123456.789",
            ["tags"] = """["a","","comma, \"quote\"","\uD83D\uDE00"]""",
            ["user"] = "'-u",
            ["function"] = "'\tf",
            ["prompt_version"] = "support-reply@2",
            ["instance"] = "",
            ["explain"] = "{\"model\":\"模型\"}",
        });
    }

    [Fact]
    public async Task Sums_have_the_same_formats()
    {
        await _host.Store.AppendAsync([LedgerRows.Row(1) with { Tags = ["=1"] }, LedgerRows.Row(2) with { Tags = ["b"] }, LedgerRows.Row(3)], CancellationToken.None);

        (await TextAsync($"/admin/v1/usage?{Window}&group_by=tag,status&format=csv")).Should().Be(
            "tag,status,requests,input,cache_read,cache_write,cache_write_hour,input_audio,input_image,output,reasoning,output_audio,output_image,calls,cost_nano_usd,cache_hits,saved_nano_usd\r\n"
            + ",200,1,3,0,0,0,0,0,6,0,0,0,0,111,0,0\r\n'=1,200,1,1,0,0,0,0,0,2,0,0,0,0,37,0,0\r\nb,200,1,2,0,0,0,0,0,4,0,0,0,0,74,0,0\r\n");
        var lines = (await TextAsync($"/admin/v1/usage?{Window}&group_by=tag&format=jsonl")).Split('\n');
        var json = await _host.GetAsync($"/admin/v1/usage?{Window}&group_by=tag");
        lines.Should().Equal(json.GetProperty("data").EnumerateArray().Select(static s => s.GetRawText()).Append(""));
    }

    [Theory]
    [InlineData("?format=csv", null, "text/csv; charset=utf-8; header=present", "attachment; filename=\"ledger.csv\"")]
    [InlineData("?format=jsonl", null, "application/jsonl", "attachment; filename=\"ledger.jsonl\"")]
    [InlineData("", "text/csv", "text/csv; charset=utf-8; header=present", "attachment; filename=\"ledger.csv\"")]
    [InlineData("", "application/jsonl;q=0.9, text/csv;q=0.1", "application/jsonl", "attachment; filename=\"ledger.jsonl\"")]
    [InlineData("", "text/csv;q=0, text/html", "application/json", null)]
    [InlineData("", "text/html,*/*;q=0.8", "application/json", null)]
    [InlineData("", "no type at all", "application/json", null)]
    [InlineData("?format=json", "text/csv", "application/json", null)]
    public async Task The_parameter_or_the_accept_header_chooses_the_format(string query, string? accept, string type, string? disposition)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/v1/ledger" + query);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _host.Client.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be(type);
        response.Content.Headers.ContentDisposition?.ToString().Should().Be(disposition);
        response.Headers.CacheControl!.NoStore.Should().BeTrue();
        response.Headers.GetValues("x-request-id").Should().ContainSingle();
    }

    [Theory]
    [InlineData("/admin/v1/ledger?format=xml", "format")]
    [InlineData("/admin/v1/usage?format=CSV", "format")]
    [InlineData("/admin/v1/ledger?format=csv&format=csv", "format")]
    [InlineData("/admin/v1/ledger?format=csv&limit=10", "limit")]
    [InlineData("/admin/v1/ledger?format=jsonl&cursor=abc", "cursor")]
    [InlineData("/admin/v1/budgets?format=csv", "format")]
    [InlineData("/admin/v1/config?x=1", "x")]
    public async Task A_format_that_is_none_or_a_page_of_an_export_is_a_400(string path, string parameter)
    {
        var (status, error, _) = await _host.FailAsync(path);

        status.Should().Be(HttpStatusCode.BadRequest);
        error.GetProperty("param").GetString().Should().Be(parameter);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_export()
    {
        var store = new StuckStore();
        await using var host = await AdminHost.StartAsync(queried: store);
        using (var response = await host.Client.GetAsync(new Uri("/admin/v1/ledger?format=jsonl", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            (await body.ReadAsync(new byte[1])).Should().Be(1, "the first page is sent before the second is there");
        }

        await store.Left.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_client_that_reads_slowly_has_pages_read_for_it_slowly()
    {
        var store = new EndlessStore();
        await using var host = await AdminHost.StartAsync(queried: store);
        using var response = await host.Client.GetAsync(new Uri("/admin/v1/ledger?format=jsonl", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var (buffer, read) = (new byte[64 * 1024], 0L);
        while (read < 50_000_000)
            read += await body.ReadAsync(buffer);

        // A page is about 450 kB. What the sockets and the server hold is bounded; what an unbounded writer would hold is not.
        (store.Pages * 400_000L).Should().BeLessThan(read + 20_000_000);
    }

    [Fact]
    public async Task A_store_that_fails_in_the_middle_cuts_the_connection_and_one_that_fails_at_once_is_a_503()
    {
        await using var host = await AdminHost.StartAsync(queried: new BreakingStore());

        var cut = () => host.Client.GetStringAsync(new Uri("/admin/v1/ledger?format=csv&key=second", UriKind.Relative));
        await cut.Should().ThrowAsync<HttpRequestException>("an export that ends in good order is whole");
        (await host.FailAsync("/admin/v1/ledger?format=csv&key=first")).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    private async Task<string> TextAsync(string path)
    {
        using var response = await _host.Client.GetAsync(new Uri(path, UriKind.Relative));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>Has a page, and never the next.</summary>
    private sealed class StuckStore : StubLedgerStore
    {
        private readonly TaskCompletionSource<LedgerPage> _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when nobody waits for the next page any more.</summary>
        public Task Left => _left.Task.ContinueWith(static _ => { }, TaskScheduler.Default);

        public override async ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken)
        {
            if (query.Cursor is null)
                return new(LedgerRows.Many(query.Limit), "next");
            await using var stop = cancellationToken.Register(() => _left.TrySetCanceled(cancellationToken));
            return await _left.Task;
        }
    }

    /// <summary>Has always another page.</summary>
    private sealed class EndlessStore : StubLedgerStore
    {
        private readonly LedgerRow[] _rows = LedgerRows.Many(1000);

        public int Pages { get; private set; }

        public override ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Pages++;
            return new(new LedgerPage(_rows, "next"));
        }
    }

    private sealed class BreakingStore : StubLedgerStore
    {
        public override ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken) =>
            query.Cursor is null && query.Filter.Key == "second" ? new(new LedgerPage(LedgerRows.Many(10), "next")) : throw new StoreException("gone");
    }
}
