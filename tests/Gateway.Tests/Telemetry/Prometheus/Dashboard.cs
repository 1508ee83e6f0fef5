using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.Tests.Telemetry.Prometheus;

/// <summary>config/grafana/gateway.json.</summary>
internal static partial class Dashboard
{
    public static string Path { get; } = System.IO.Path.Combine(RepositoryFiles.Root, "config", "grafana", "gateway.json");

    /// <summary>Every query of every panel: title and PromQL, as it stands there.</summary>
    public static IEnumerable<(string Panel, string Query)> Queries()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path));
        return [.. json.RootElement.GetProperty("panels").EnumerateArray()
            .Where(static p => p.TryGetProperty("targets", out _))
            .SelectMany(static p => p.GetProperty("targets").EnumerateArray().Select(t => (p.GetProperty("title").GetString()!, t.GetProperty("expr").GetString()!)))];
    }

    /// <summary>Metric and label of every variable that lists a label's values.</summary>
    public static IEnumerable<(string Metric, string Label)> Variables()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path));
        return [.. json.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Where(static v => v.GetProperty("type").GetString() == "query")
            .Select(static v => LabelValues().Match(v.GetProperty("query").GetProperty("query").GetString()!))
            .Select(static m => (m.Groups[1].Value, m.Groups[2].Value))];
    }

    /// <summary>As Grafana sends it with every variable at "All".</summary>
    public static string Substitute(string query)
    {
        var substituted = Variables()
            .Aggregate(query, static (q, v) => q.Replace("$" + v.Label, ".*", StringComparison.Ordinal))
            .Replace("$__rate_interval", "10s", StringComparison.Ordinal)
            .Replace("$__range", "1m", StringComparison.Ordinal);
        substituted.Should().NotContain("$");
        return substituted;
    }

    [GeneratedRegex(@"^label_values\((\w+), (\w+)\)$")]
    private static partial Regex LabelValues();
}
