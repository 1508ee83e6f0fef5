using Gateway.Core.Stores;
using Gateway.Reply;

namespace Gateway.Admin.Export;

/// <summary>Writes every row of a filter, a page at a time: the next page is read when the client has taken the one before, so that an export of any length holds one page.</summary>
internal sealed class LedgerExport(BoundedQueries queries, TimeProvider time, ILogger logger)
{
    /// <remarks>
    /// 64 rows are about 40 KiB as text. Of an export that nobody reads so much is kept, and what the server takes before it waits (64 KiB): hundreds of them cost megabytes. A page is a query
    /// of well below a millisecond; a million rows take 16,000.
    /// </remarks>
    private const int PageSize = 64;

    /// <param name="patience">How long the client may leave a page unread before its connection is cut.</param>
    /// <remarks>Between pages no session of the store is held: a slow client costs its connection.</remarks>
    /// <exception cref="StoreException">The first page could not be read, and nothing has been written.</exception>
    public async Task WriteAsync(HttpContext http, LedgerFilter filter, ExportFormat format, TimeSpan patience)
    {
        // What is admitted after the question is not asked for; without a bound an export of a busy gateway would never end.
        var query = new LedgerQuery(filter with { To = filter.To ?? time.GetUtcNow() }, null, PageSize);
        LedgerPage? page = await queries.ReadAsync(query, http.RequestAborted);
        ExportFormats.SetHeaders(http.Response, format, "ledger");
        var csv = new CsvWriter(http.Response.BodyWriter);
        if (format == ExportFormat.Csv)
            LedgerCsv.WriteHeader(csv);
        while (page is not null)
        {
            if (format == ExportFormat.Csv)
                WriteCsv(csv, page);
            else
                WriteLines(http, page);
            var next = page.Next;
            page = null;   // its rows are written: nothing but bytes waits for the client
            if (!await PatientFlush.RunAsync(http, patience, time) || next is null)
                return;
            page = await NextAsync(http, query with { Cursor = next });
        }
    }

    /// <returns>Null where the store failed. The connection is cut then: an export that ends in good order is whole.</returns>
    private async Task<LedgerPage?> NextAsync(HttpContext http, LedgerQuery query)
    {
        try
        {
            return await queries.ReadAsync(query, http.RequestAborted);
        }
        catch (StoreException error)
        {
            AdminLog.QueryFailed(logger, error);
            http.Abort();
            return null;
        }
    }

    private static void WriteCsv(CsvWriter csv, LedgerPage page)
    {
        foreach (var row in page.Rows)
            LedgerCsv.Write(csv, row);
    }

    private static void WriteLines(HttpContext http, LedgerPage page)
    {
        var lines = new JsonLineWriter(http.Response.BodyWriter);
        foreach (var row in page.Rows)
            lines.Write(json => LedgerJson.Write(json, row));
    }
}
