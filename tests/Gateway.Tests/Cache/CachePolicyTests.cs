using Gateway.Cache;
using Gateway.Metering.Pricing;
using Gateway.Routing;
using Gateway.Tests.Config;
using Gateway.Tests.Support;

namespace Gateway.Tests.Cache;

public class CachePolicyTests
{
    private const string Cached = "cache: { ttl: 10m }";

    [Fact]
    public void A_model_without_a_cache_has_none() => Policy("").Should().BeNull();

    [Theory]
    [InlineData("price: { input: 1, output: 2 }")]
    [InlineData("description: another one")]
    [InlineData("retries: 2")]
    public void A_change_that_changes_no_answer_keeps_the_answers(string model) => Digest(Cached + ", " + model).Should().Equal(Digest(Cached));

    [Theory]
    [InlineData("params: { temperature: 0.1 }")]
    [InlineData("override: { temperature: 0.1 }")]
    [InlineData("drop_params: true")]
    public void A_change_of_what_is_asked_leaves_them_behind(string model) => Digest(Cached + ", " + model).Should().NotEqual(Digest(Cached));

    [Fact]
    public void So_does_another_target_or_another_address_of_it()
    {
        var digests = new[] { Digest(Cached), Digest(Cached, target: "gpt-y"), Digest(Cached, address: "http://127.0.0.1:9200/v1"), Digest(Cached, provider: "headers: { X-Org: other }"), Digest(Cached, provider: "headers: { X-Org: another }") };

        digests.Select(Convert.ToHexString).Should().OnlyHaveUniqueItems();
    }

    private static byte[] Digest(string model, string target = "gpt-x", string address = "http://127.0.0.1:9100/v1", string provider = "headers: {}") => Policy(model, target, address, provider)!.Digest;

    private static CachePolicy? Policy(string model, string target = "gpt-x", string address = "http://127.0.0.1:9100/v1", string provider = "headers: {}") => Compile($$"""
        providers: [{ name: up, kind: openai-compatible, base_url: "{{address}}", {{provider}} }]
        models: [{ name: fast, targets: [{ provider: up, model: {{target}} }]{{(model.Length > 0 ? ", " + model : "")}} }]
        """).Models.Find("fast")!.Cache;

    private static GatewaySnapshot Compile(string yaml) =>
        new SnapshotCompiler(new(), new(), new(PriceCatalog.LoadEmbedded(), new()), Models.HealthBook(), TimeProvider.System).Compile(TestConfig.Valid(yaml), 1);
}
