using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Metering;
using Gateway.Reply;

namespace Gateway.Admin;

/// <summary>Rows and sums of the ledger. An answer contains what was settled before the question was asked.</summary>
internal sealed class LedgerEndpoints(ILedgerStore store, ILedger ledger, ILogger<LedgerEndpoints> logger)
{
    /// <summary>How long a query waits for rows that are on their way to the store; then it answers without them.</summary>
    /// <remarks>2 s: the way takes milliseconds, so that something is wrong by then, and what is there is worth seeing.</remarks>
    private static readonly TimeSpan FreshnessWait = TimeSpan.FromSeconds(2);

    public Task LedgerAsync(HttpContext http) => AnswerAsync(
        http,
        QueryParameters.Ledger(http.Request.Query),
        store.ReadAsync,
        static (json, page, _) => LedgerJson.Write(json, page));

    public Task UsageAsync(HttpContext http) => AnswerAsync(
        http,
        QueryParameters.Usage(http.Request.Query),
        store.SumAsync,
        static (json, sums, query) => LedgerJson.Write(json, sums, query.GroupBy));

    private async Task AnswerAsync<TQuery, TResult>(
        HttpContext http, Outcome<TQuery> parsed, Func<TQuery, CancellationToken, ValueTask<TResult>> read, Action<Utf8JsonWriter, TResult, TQuery> write)
    {
        if (!parsed.IsOk)
        {
            await ErrorWriter.WriteAsync(http.Response, parsed.Error, http.RequestAborted);
            return;
        }
        TResult result;
        try
        {
            await ledger.WaitImportedAsync(FreshnessWait, http.RequestAborted);
            result = await read(parsed.Value, http.RequestAborted);
        }
        catch (StoreException error)
        {
            AdminLog.QueryFailed(logger, error);
            var away = new GatewayError(ErrorKind.StoreUnavailable, "The ledger's store cannot be read at the moment; the gateway's log says why.");
            await ErrorWriter.WriteAsync(http.Response, away, http.RequestAborted);
            return;
        }
        http.Response.ContentType = "application/json";
        await using (var json = new Utf8JsonWriter(http.Response.BodyWriter))
            write(json, result, parsed.Value);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
