using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Admin;
using Gateway.Config;
using Gateway.Metering.Pricing;
using Gateway.Routing;
using Gateway.Tests.Config;
using Gateway.Tests.Support;

namespace Gateway.Tests.Overload;

public sealed class WeightTests
{
    [Fact]
    public void The_limits_are_read_and_what_is_left_out_has_its_default()
    {
        TestConfig.Valid("server: { overload: { max_concurrency: 50, max_queue: 0, queue_timeout: 250ms } }").Server.Overload
            .Should().Be(new OverloadConfig { MaxConcurrency = 50, MaxQueue = 0, QueueTimeout = TimeSpan.FromMilliseconds(250) });
        TestConfig.Valid("server: { overload: { max_queue: 7 } }").Server.Overload
            .Should().Be(new OverloadConfig { MaxConcurrency = 10_000, MaxQueue = 7, QueueTimeout = TimeSpan.FromSeconds(1) });
    }

    [Fact]
    public void A_key_has_the_weight_of_its_team_and_one_without_a_team_has_one()
    {
        var config = TestConfig.Valid("""
            teams: [{ name: growth, weight: 3 }, { name: lab }]
            keys: [{ name: a, key: sk-aaaaaa, team: growth }, { name: b, key: sk-bbbbbb, team: lab }, { name: c, key: sk-cccccc }]
            """);

        var keys = new SnapshotCompiler(new(), new(), new(PriceCatalog.LoadEmbedded(), new()), Models.HealthBook(), TimeProvider.System).Compile(config, 1).Keys.Values;

        keys.ToDictionary(static k => k.Name, static k => k.Weight).Should().Equal(new Dictionary<string, int> { ["a"] = 3, ["b"] = 1, ["c"] = 1 });
    }

    [Theory]
    [InlineData(1, """{"name":"growth","source":"file"}""")]
    [InlineData(3, """{"name":"growth","weight":3,"source":"file"}""")]
    public void The_admin_API_shows_a_weight_that_is_not_the_usual_one(int weight, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
            EntityJson.Write(json, new TeamConfig { Name = "growth", Weight = weight });

        Encoding.UTF8.GetString(output.WrittenSpan).Should().Be(expected);
    }
}
