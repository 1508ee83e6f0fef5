using System.Buffers;
using System.Text.Json;
using Gateway.Admin.Export;
using Gateway.Auth;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Metering;
using Gateway.Reply;
using Gateway.Routing;

namespace Gateway.Admin;

/// <summary>Rows and sums of the ledger, as JSON or as an export. An answer contains what was settled before the question was asked.</summary>
internal sealed class LedgerEndpoints(ILedgerStore store, ILedger ledger, SnapshotHolder snapshots, TimeProvider time, ILogger<LedgerEndpoints> logger)
{
    /// <summary>How long a query waits for rows that are on their way to the store; then it answers without them.</summary>
    /// <remarks>2 s: the way takes milliseconds, so that something is wrong by then, and what is there is worth seeing.</remarks>
    private static readonly TimeSpan FreshnessWait = TimeSpan.FromSeconds(2);

    /// <remarks>100,000 sums are 20 MB of JSON. Users, tags and minutes together can have a combination a row, and no memory holds all of a ledger.</remarks>
    private const int MaxSums = 100_000;

    private readonly BoundedQueries _queries = new(store, time);
    private readonly LedgerExport _export = new(new(store, time), time, logger);

    private TimeSpan Patience => snapshots.Current.Config.Server.FlushTimeout;

    public async Task LedgerAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var format = ExportFormats.Of(http.Request);
        if (!format.IsOk)
            await FailAsync(http, format.Error);
        else if (format.Value == ExportFormat.Json)
            await AnswerAsync(http, Confine(http, QueryParameters.Ledger(query), static q => q.Filter, static (q, filter) => q with { Filter = filter }), async q => await WriteAsync(http, await _queries.ReadAsync(q, http.RequestAborted), LedgerJson.Write));
        else
            await AnswerAsync(http, Confine(http, QueryParameters.LedgerExport(query), static f => f, static (_, filter) => filter), filter => _export.WriteAsync(http, filter, format.Value, Patience));
    }

    public async Task UsageAsync(HttpContext http)
    {
        var format = ExportFormats.Of(http.Request);
        if (!format.IsOk)
            await FailAsync(http, format.Error);
        else
            await AnswerAsync(http, Confine(http, QueryParameters.Usage(http.Request.Query), static q => q.Filter, static (q, filter) => q with { Filter = filter }), query => WriteUsageAsync(http, query, format.Value));
    }

    private async Task WriteUsageAsync(HttpContext http, UsageQuery query, ExportFormat format)
    {
        var sums = await _queries.SumAsync(query with { Limit = MaxSums + 1 }, http.RequestAborted);
        if (sums.Count > MaxSums)
        {
            await FailAsync(http, QueryParameters.Wrong("group_by", $"makes more than {MaxSums} sums; ask for a shorter time, or group by less"));
            return;
        }
        if (format == ExportFormat.Json)
        {
            await WriteAsync(http, sums, (json, all) => LedgerJson.Write(json, all, query.GroupBy));
            return;
        }
        ExportFormats.SetHeaders(http.Response, format, "usage");
        var answer = new ArrayBufferWriter<byte>();
        if (format == ExportFormat.Csv)
            LedgerCsv.Write(new CsvWriter(answer), sums, query.GroupBy);
        var lines = new JsonLineWriter(answer);
        foreach (var sum in format == ExportFormat.JsonLines ? sums : [])
            lines.Write(json => LedgerJson.Write(json, sum, query.GroupBy));
        await PatientFlush.WriteAsync(http, answer.WrittenMemory, Patience, time);
    }

    /// <summary>A manager reads the rows of its teams and no others, whatever it asks for.</summary>
    private static Outcome<TQuery> Confine<TQuery>(HttpContext http, Outcome<TQuery> parsed, Func<TQuery, LedgerFilter> filterOf, Func<TQuery, LedgerFilter, TQuery> with)
    {
        var who = AdminPrincipal.Of(http);
        if (!parsed.IsOk || who.Teams is null)
            return parsed;
        var filter = filterOf(parsed.Value);
        return filter.Team is null || who.Sees(filter.Team)
            ? with(parsed.Value, filter with { Teams = who.Teams })
            : new GatewayError(ErrorKind.Forbidden, $"Your token reads what belongs to these teams only: {string.Join(", ", who.Teams)}.", "team");
    }

    private async Task AnswerAsync<TQuery>(HttpContext http, Outcome<TQuery> parsed, Func<TQuery, Task> answer)
    {
        if (!parsed.IsOk)
        {
            await FailAsync(http, parsed.Error);
            return;
        }
        try
        {
            await ledger.WaitImportedAsync(FreshnessWait, http.RequestAborted);
            await answer(parsed.Value);
        }
        catch (StoreException error)
        {
            AdminLog.QueryFailed(logger, error);
            await FailAsync(http, new(ErrorKind.StoreUnavailable, "The ledger's store cannot be read at the moment; the gateway's log says why."));
        }
    }

    private async Task WriteAsync<T>(HttpContext http, T result, Action<Utf8JsonWriter, T> write)
    {
        http.Response.ContentType = "application/json";
        var answer = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(answer))
            write(json, result);
        await PatientFlush.WriteAsync(http, answer.WrittenMemory, Patience, time);
    }

    private static Task FailAsync(HttpContext http, GatewayError error) => ErrorWriter.WriteAsync(http.Response, error, http.RequestAborted).AsTask();
}
