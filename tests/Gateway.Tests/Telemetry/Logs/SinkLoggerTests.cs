using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Gateway.Config;
using Gateway.Telemetry;
using Gateway.Telemetry.Logs;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Telemetry.Logs;

public class SinkLoggerTests
{
    [Fact]
    public void Parameters_of_a_message_become_typed_fields()
    {
        using var rig = new TelemetryRig();

        Logger(rig).Log(
            LogLevel.Warning, new EventId(1203, "FellBack"), "{RequestId} {HTTPStatus} {Ratio} {Cost} {Final} {Level} {Nothing} {NaN} {Big}",
            "req_1", 502, 0.5, 1.25m, true, "mine", null, double.NaN, 1e300);

        using var json = JsonDocument.Parse(rig.Lines().Single());
        var root = json.RootElement;
        root.GetProperty("level").GetString().Should().Be("warn");
        root.GetProperty("event").GetString().Should().Be("FellBack");
        root.GetProperty("event_id").GetInt32().Should().Be(1203);
        root.GetProperty("logger").GetString().Should().Be("Gateway.Pipeline");
        root.GetProperty("request_id").GetString().Should().Be("req_1");
        root.GetProperty("http_status").GetInt32().Should().Be(502);
        root.GetProperty("ratio").GetDouble().Should().Be(0.5);
        root.GetProperty("cost").GetDecimal().Should().Be(1.25m);
        root.GetProperty("final").GetBoolean().Should().BeTrue();
        root.GetProperty("level_").GetString().Should().Be("mine");
        root.GetProperty("na_n").GetString().Should().Be("NaN");
        root.GetProperty("big").GetDouble().Should().Be(1e300);
        root.TryGetProperty("nothing", out _).Should().BeFalse();
        root.EnumerateObject().Select(static p => p.Name).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [MemberData(nameof(HostileText.All), MemberType = typeof(HostileText))]
    public void Hostile_text_in_message_fields_and_exceptions_stays_in_one_object(string hostile)
    {
        using var rig = new TelemetryRig();

        Logger(rig).LogError(new InvalidOperationException(hostile), "upstream said {Reason}", hostile);

        var line = rig.Lines().Should().ContainSingle().Subject;
        HostileText.ShouldBeHarmless(line);
        using var json = JsonDocument.Parse(line);
        json.RootElement.GetProperty("reason").GetString().Should().Be(HostileText.Shown(hostile));
        json.RootElement.GetProperty("msg").GetString().Should().Be("upstream said " + HostileText.Shown(hostile));
        json.RootElement.GetProperty("exception").GetString().Should().Be("System.InvalidOperationException");
    }

    [Fact]
    public void An_exception_of_a_text_line_is_indented_below_it()
    {
        using var rig = new TelemetryRig(LogFormat.Text);

        Logger(rig).LogError(new InvalidOperationException("first\n2026-01-01T00:00:00Z INF forged"), "it broke");

        var lines = rig.Lines();
        lines[0].Should().EndWith(" ERR Pipeline it broke");
        lines.Skip(1).Should().HaveCountGreaterThan(1).And.OnlyContain(static l => l.StartsWith("    ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_flood_in_one_field_is_cut()
    {
        using var rig = new TelemetryRig();

        Logger(rig).LogInformation("{Path}", new string('/', 1_000_000));

        var line = rig.Lines().Should().ContainSingle().Subject;
        line.Length.Should().BeLessThan(20_000);
        JsonDocument.Parse(line).RootElement.GetProperty("path").GetString().Should().EndWith("/[cut]");
    }

    [Theory]
    [InlineData("RequestId", "request_id")]
    [InlineData("HTTPStatus", "http_status")]
    [InlineData("already_snake", "already_snake")]
    [InlineData("ts", "ts_")]
    [InlineData("a\",\"b\":\"c\nd", "a___b___c_d")]
    [InlineData("Überlast", "_berlast")]
    public void Names_become_snake_case_of_safe_characters(string name, string expected)
    {
        Span<byte> room = stackalloc byte[128];

        System.Text.Encoding.ASCII.GetString(room[..FieldName.ToSnakeCase(name, room)]).Should().Be(expected);
    }

    [Fact]
    public void No_name_is_too_long()
    {
        Span<byte> room = stackalloc byte[128];
        var name = string.Concat(Enumerable.Range(0, 500).Select(static i => i % 2 == 0 ? "A" : "b"));

        FieldName.ToSnakeCase(name, room).Should().BeInRange(64, 128);
    }

    [Fact]
    public void Event_ids_are_unique_and_in_their_ranges()
    {
        var ids = typeof(EventIds).Assembly.GetTypes().Where(static t => t.Name.EndsWith("EventIds", StringComparison.Ordinal))
            .SelectMany(static t => t.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)).Where(static f => f.IsLiteral).Select(static f => Convert.ToInt32(f.GetRawConstantValue(), CultureInfo.InvariantCulture)).ToArray();

        ids.Should().OnlyHaveUniqueItems().And.OnlyContain(static id => id >= 1000 && id < 1800);
    }

    private static ILogger Logger(TelemetryRig rig) =>
        new SinkLoggerProvider(rig.Sink, rig.Style, TimeProvider.System).CreateLogger("Gateway.Pipeline");
}
