using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Rig;

/// <summary>One sample of a scrape.</summary>
public sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>Reads Prometheus's text format.</summary>
public sealed partial class PrometheusText
{
    private readonly IReadOnlyList<Sample> _samples;

    public PrometheusText(string text) =>
        _samples = [.. text.Split('\n').Where(static l => l.Length > 0 && l[0] != '#').Select(Read)];

    /// <summary>The sum of all samples of a name whose labels have these values; 0 where there is none.</summary>
    public double Sum(string name, params (string Label, string Value)[] labels) =>
        _samples.Where(s => s.Name == name && labels.All(l => s.Labels.TryGetValue(l.Label, out var v) && v == l.Value)).Sum(static s => s.Value);

    public bool Has(string name) => _samples.Any(s => s.Name == name);

    public int SeriesOf(string name) => _samples.Count(s => s.Name == name);

    private static Sample Read(string line)
    {
        var match = Line().Match(line);
        if (!match.Success)
            throw new FormatException($"no sample: {line}");
        var labels = Label().Matches(match.Groups["labels"].Value).ToDictionary(
            static l => l.Groups["name"].Value,
            static l => l.Groups["value"].Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal));
        var value = match.Groups["value"].Value;
        return new(match.Groups["name"].Value, labels, value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(value, CultureInfo.InvariantCulture),
        });
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>\S+)( \d+)?( #.*)?$""")]
    private static partial Regex Line();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(\\.|[^"\\])*)""")]
    private static partial Regex Label();
}
