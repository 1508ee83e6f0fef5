using System.Buffers;
using System.Text;

namespace Gateway.Telemetry.Metrics;

/// <summary>Writes Prometheus' text format 0.0.4.</summary>
/// <remarks>https://prometheus.io/docs/instrumenting/exposition_formats/ gives the escapes: backslash and line feed in HELP, those and the quote in label values.</remarks>
internal sealed class PrometheusText(IBufferWriter<byte> output)
{
    private static readonly SearchValues<char> Special = SearchValues.Create("\\\"\n");

    /// <summary>Bytes written since this was last set to 0.</summary>
    public int Pending { get; set; }

    /// <summary>HELP and TYPE, before a family's first series.</summary>
    public void Header(MetricFamily family)
    {
        Raw("# HELP "u8);
        Plain(family.Name);
        Raw(" "u8);
        Escaped(family.Help, quotes: false);
        Raw("\n# TYPE "u8);
        Plain(family.Name);
        Raw(family.Kind switch
        {
            MetricKind.Counter => " counter\n"u8,
            MetricKind.Gauge => " gauge\n"u8,
            _ => " histogram\n"u8,
        });
    }

    /// <summary>A series: one line, or a histogram's bucket, sum and count lines.</summary>
    public void Series(MetricFamily family, in Series series)
    {
        if (series.Histogram is { } histogram)
            Buckets((HistogramFamily)family, series.Labels, histogram);
        else
            Line(family, "", series.Labels, null, series.Value, family.Scale);
    }

    private void Buckets(HistogramFamily family, string[] labels, Histogram histogram)
    {
        // Summing what is printed keeps count = bucket +Inf, whatever is recorded while we read.
        var total = 0L;
        for (var i = 0; i <= family.Bounds.Count; i++)
        {
            total += histogram.CountOf(i);
            Line(family, "_bucket", labels, family.Bounds.TextOf(i), total, MetricScale.One);
        }
        Line(family, "_sum", labels, null, histogram.SumTicks, family.Scale);
        Line(family, "_count", labels, null, total, MetricScale.One);
    }

    private void Line(MetricFamily family, string suffix, string[] labels, string? bound, long value, MetricScale scale)
    {
        Plain(family.Name);
        Plain(suffix);
        var separator = "{"u8;
        for (var i = 0; i < labels.Length; i++)
        {
            Raw(separator);
            separator = ","u8;
            Plain(family.LabelNames[i]);
            Raw("=\""u8);
            Escaped(labels[i], quotes: true);
            Raw("\""u8);
        }
        if (bound is not null)
        {
            Raw(separator);
            separator = ","u8;
            Raw("le=\""u8);
            Plain(bound);
            Raw("\""u8);
        }
        Raw(separator[0] == (byte)'{' ? " "u8 : "} "u8);
        Advance(FixedPoint.Format(value, (int)scale, output.GetSpan(FixedPoint.MaxLength)));
        Raw("\n"u8);
    }

    private void Escaped(string text, bool quotes)
    {
        var rest = text.AsSpan();
        for (var at = rest.IndexOfAny(Special); at >= 0; at = rest.IndexOfAny(Special))
        {
            Plain(rest[..at]);
            Raw(rest[at] switch
            {
                '\\' => "\\\\"u8,
                '\n' => "\\n"u8,
                _ => quotes ? "\\\""u8 : "\""u8,
            });
            rest = rest[(at + 1)..];
        }
        Plain(rest);
    }

    // A lone surrogate becomes U+FFFD: the output is valid UTF-8 whatever a name holds.
    private void Plain(ReadOnlySpan<char> text) => Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    private void Advance(int bytes)
    {
        output.Advance(bytes);
        Pending += bytes;
    }
}
