using System.Text.Json;
using Gateway.Config;
using Gateway.Core.Usage;

namespace Gateway.Tests.Telemetry.Logs;

public class AccessLogTests
{
    [Fact]
    public void A_request_is_one_JSON_object_with_typed_fields()
    {
        using var rig = new TelemetryRig();

        rig.Telemetry.RequestFinished(rig.Answered());

        var line = rig.Lines().Should().ContainSingle().Subject;
        using var json = JsonDocument.Parse(line);
        json.RootElement.GetProperty("ts").GetDateTimeOffset().Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        line[line.IndexOf(",\"level\"", StringComparison.Ordinal)..].Should().Be(
            ""","level":"info","event":"RequestFinished","event_id":1400,"msg":"request finished","request_id":"req_01HZX3","endpoint":"/v1/chat/completions","model":"fast","provider":"openai","target_model":"gpt-4o-mini","key":"web-app","team":"growth","status":200,"stream":true,"attempts":1,"duration_ms":1250,"overhead_ms":0.08,"ttft_ms":250,"input_tokens":30,"output_tokens":11,"cache_read_tokens":20,"reasoning_tokens":4,"usage_source":"exact","cost_usd":0.000012345}""");
    }

    [Fact]
    public void What_is_not_known_is_left_out()
    {
        using var rig = new TelemetryRig();

        rig.Telemetry.RequestFinished(TelemetryRig.Refused());

        using var json = JsonDocument.Parse(rig.Lines().Single());
        json.RootElement.EnumerateObject().Select(static p => p.Name).Should().Equal(
            "ts", "level", "event", "event_id", "msg", "request_id", "endpoint", "status", "stream", "attempts", "duration_ms", "overhead_ms", "error");
        json.RootElement.GetProperty("error").GetString().Should().Be("invalid_api_key");
    }

    [Theory]
    [InlineData(200, "info")]
    [InlineData(429, "info")]
    [InlineData(499, "info")]
    [InlineData(502, "warn")]
    public void Only_failures_that_are_not_the_clients_are_warnings(int status, string level)
    {
        using var rig = new TelemetryRig();
        var record = rig.Answered();
        record.Status = status;

        rig.Telemetry.RequestFinished(record);

        JsonDocument.Parse(rig.Lines().Single()).RootElement.GetProperty("level").GetString().Should().Be(level);
    }

    /// <summary>reliability.md S28.</summary>
    [Theory]
    [MemberData(nameof(HostileText.All), MemberType = typeof(HostileText))]
    public void Hostile_text_stays_inside_its_field(string hostile)
    {
        using var rig = new TelemetryRig();
        var record = rig.Answered();
        record.RequestId = record.Model = record.Provider = record.TargetModel = record.Key = record.Team = record.ErrorCode = hostile;

        rig.Telemetry.RequestFinished(record);

        var line = rig.Lines().Should().ContainSingle().Subject;
        HostileText.ShouldBeHarmless(line);
        using var json = JsonDocument.Parse(line);
        json.RootElement.GetProperty("model").GetString().Should().Be(HostileText.Shown(hostile));
        json.RootElement.GetProperty("error").GetString().Should().Be(HostileText.Shown(hostile));
    }

    [Theory]
    [MemberData(nameof(HostileText.All), MemberType = typeof(HostileText))]
    public void Hostile_text_stays_inside_a_text_line(string hostile)
    {
        using var rig = new TelemetryRig(LogFormat.Text);
        var record = rig.Answered();
        record.RequestId = record.Model = record.TargetModel = record.Key = record.ErrorCode = hostile;

        rig.Telemetry.RequestFinished(record);

        HostileText.ShouldBeHarmless(rig.Lines().Should().ContainSingle().Subject);
    }

    [Fact]
    public void A_text_line_is_short_and_readable()
    {
        using var rig = new TelemetryRig(LogFormat.Text);

        rig.Telemetry.RequestFinished(rig.Answered());
        rig.Telemetry.RequestFinished(TelemetryRig.Refused());

        var lines = rig.Lines();
        lines[0][29..].Should().Be("200 /v1/chat/completions fast -> openai/gpt-4o-mini 1250ms overhead=0.08ms ttft=250ms in=50 out=11 $0.000012345 key=web-app id=req_01HZX3");
        lines[1][29..].Should().Be("401 /v1/chat/completions - 0.2ms overhead=0.2ms error=invalid_api_key id=req_01HZX4");
    }

    [Fact]
    public void Every_usage_source_is_named_as_in_the_ledger()
    {
        foreach (var source in Enum.GetValues<UsageSource>())
            Gateway.Telemetry.Logs.LogNames.Label(source).Should().MatchRegex("^[a-z_]+$");
    }
}
