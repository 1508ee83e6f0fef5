using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Core.Stores;
using Gateway.Core.Usage;

namespace Gateway.Admin.Export;

/// <summary>Rows and sums as lines of CSV. The columns have the names of the JSON members; the classes of usage have a column each, tags are one JSON array.</summary>
internal static class LedgerCsv
{
    private static readonly (string Name, Func<TokenUsage, long> Value)[] UsageColumns =
    [
        ("input", static u => u.Input), ("cache_read", static u => u.CacheRead), ("cache_write", static u => u.CacheWrite), ("cache_write_hour", static u => u.CacheWriteHour),
        ("input_audio", static u => u.InputAudio), ("input_image", static u => u.InputImage), ("output", static u => u.Output), ("reasoning", static u => u.Reasoning),
        ("output_audio", static u => u.OutputAudio), ("output_image", static u => u.OutputImage), ("calls", static u => u.Calls),
    ];

    private static readonly (string Name, Action<CsvWriter, LedgerRow> Write)[] RowColumns =
    [
        ("attempt_id", static (csv, r) => csv.Text(r.AttemptId)),
        ("request_id", static (csv, r) => csv.Text(r.RequestId)),
        ("at", static (csv, r) => csv.Text(EntityJson.Instant(r.At))),
        ("key", static (csv, r) => csv.Text(r.Key)),
        ("team", static (csv, r) => csv.Text(r.Team)),
        ("endpoint", static (csv, r) => csv.Text(r.Endpoint)),
        ("model", static (csv, r) => csv.Text(r.Model)),
        ("provider", static (csv, r) => csv.Text(r.Provider)),
        ("target_model", static (csv, r) => csv.Text(r.TargetModel)),
        ("stream", static (csv, r) => csv.Text(r.Stream ? "true" : "false")),
        ("status", static (csv, r) => csv.Number(r.Status)),
        .. UsageColumns.Select(static c => (c.Name, (Action<CsvWriter, LedgerRow>)((csv, r) => csv.Number(c.Value(r.Usage))))),
        ("usage_source", static (csv, r) => csv.Text(LedgerJson.Name(r.UsageSource))),
        ("cost_nano_usd", static (csv, r) => csv.Number(r.Cost.Value)),
        ("price_version", static (csv, r) => csv.Text(r.PriceVersion)),
        ("config_generation", static (csv, r) => csv.Number(r.ConfigGeneration)),
        ("duration_ms", static (csv, r) => csv.Number(r.DurationMs)),
        ("ttft_ms", static (csv, r) => csv.Number(r.TtftMs)),
        ("tags", static (csv, r) => csv.Text(Tags(r.Tags))),
        ("user", static (csv, r) => csv.Text(r.User)),
        ("function", static (csv, r) => csv.Text(r.Function)),
        ("prompt_version", static (csv, r) => csv.Text(r.PromptVersion)),
        ("instance", static (csv, r) => csv.Text(r.Instance)),
        ("cache", static (csv, r) => csv.Text(r.Saved is null ? null : "hit")),
        ("saved_nano_usd", static (csv, r) => csv.Number(r.Saved?.Value ?? 0)),
        ("explain", static (csv, r) => csv.Text(r.Explain)),
    ];

    public static void WriteHeader(CsvWriter csv)
    {
        foreach (var (name, _) in RowColumns)
            csv.Text(name);
        csv.EndLine();
    }

    public static void Write(CsvWriter csv, LedgerRow row)
    {
        foreach (var (_, write) in RowColumns)
            write(csv, row);
        csv.EndLine();
    }

    public static void Write(CsvWriter csv, IReadOnlyList<UsageSum> sums, IReadOnlyList<UsageDimension> groupBy)
    {
        foreach (var name in groupBy.Select(QueryParameters.NameOf).Append("requests").Concat(UsageColumns.Select(static c => c.Name)).Concat(["cost_nano_usd", "cache_hits", "saved_nano_usd"]))
            csv.Text(name);
        csv.EndLine();
        foreach (var sum in sums)
        {
            foreach (var value in sum.Group)
                csv.Text(value);
            csv.Number(sum.Requests);
            foreach (var (_, value) in UsageColumns)
                csv.Number(value(sum.Usage));
            csv.Number(sum.Cost.Value);
            csv.Number(sum.CacheHits);
            csv.Number(sum.Saved.Value);
            csv.EndLine();
        }
    }

    private static string Tags(IReadOnlyList<string> tags)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            LedgerJson.Write(json, tags);
        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }
}
