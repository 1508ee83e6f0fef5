using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Telemetry;
using Gateway.Telemetry.Metrics;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 10: every metric of an answered request, once its series exist.</summary>
internal sealed class RecordedRequest : IOperation
{
    private readonly RequestMetrics _metrics;
    private readonly RequestRecord _record;

    public RecordedRequest()
    {
        var names = new NamePool();
        _metrics = new(new GatewayMetrics(new MetricSources()), new LabelNames(names));
        _record = new()
        {
            Endpoint = "/v1/chat/completions",
            RequestId = "req_1",
            Model = names.Intern("fast"),
            Provider = names.Intern("mock"),
            TargetModel = names.Intern("mock-1"),
            Key = names.Intern("bench"),
            Team = names.Intern("bench"),
            Status = 200,
            Stream = true,
            Attempts = 1,
            Duration = TimeSpan.FromMilliseconds(20),
            Overhead = TimeSpan.FromMicroseconds(40),
            FirstByte = TimeSpan.FromMilliseconds(10),
            Usage = new() { Input = 321, Output = 34 },
            Cost = new NanoUsd(389_000),
        };
    }

    public string Name => "telemetry.request";

    public ValueTask RunAsync()
    {
        _metrics.Started(_record.Endpoint);
        _metrics.Finished(in _record);
        return default;
    }
}
