using Gateway.Core.Errors;
using Microsoft.Net.Http.Headers;

namespace Gateway.Admin.Export;

/// <summary>Which format a request asks for: <c>?format=</c>, else the first type of its <c>Accept</c> that is one of ours.</summary>
internal static class ExportFormats
{
    private static readonly (string Name, string MediaType, ExportFormat Format)[] All =
    [
        ("json", "application/json", ExportFormat.Json), ("csv", "text/csv", ExportFormat.Csv), ("jsonl", "application/jsonl", ExportFormat.JsonLines),
    ];

    public static Outcome<ExportFormat> Of(HttpRequest request)
    {
        if (QueryParameters.Value(request.Query, QueryParameters.Format) is { } name)
        {
            var found = Array.FindIndex(All, f => f.Name == name);
            return found >= 0 ? All[found].Format : QueryParameters.Wrong(QueryParameters.Format, $"must be one of these: {string.Join(", ", All.Select(static f => f.Name))}");
        }
        // Browsers and curl take anything: they get JSON, as whoever asks for what nobody here writes.
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return ExportFormat.Json;
        foreach (var type in accepted.Where(static a => a.Quality is not 0).OrderByDescending(static a => a.Quality ?? 1))
        {
            var found = Array.FindIndex(All, f => type.MediaType.Equals(f.MediaType, StringComparison.OrdinalIgnoreCase));
            if (found >= 0)
                return All[found].Format;
        }
        return ExportFormat.Json;
    }

    /// <summary>Says what follows, and under which name a browser keeps it.</summary>
    public static void SetHeaders(HttpResponse response, ExportFormat format, string name)
    {
        var described = Array.Find(All, f => f.Format == format);
        response.ContentType = format == ExportFormat.Csv ? "text/csv; charset=utf-8; header=present" : described.MediaType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{described.Name}\"";
    }
}
