using System.Text;

namespace Gateway.Tests.Config;

/// <summary>Alone in its turn, so that the processor time it measures is its own.</summary>
[CollectionDefinition(nameof(LargeConfigTests), DisableParallelization = true)]
[Collection(nameof(LargeConfigTests))]
public class LargeConfigTests
{
    private const int Keys = 10_000;
    private const int Models = 1_000;

    private static readonly string Yaml = Write();

    [Fact]
    public void Ten_thousand_keys_and_a_thousand_models_bind_in_well_under_a_second()
    {
        TestConfig.Valid(Yaml).Keys.Should().HaveCount(Keys, "the first time, code is compiled");

        var before = Environment.CpuUsage.TotalTime;
        TestConfig.Valid(Yaml).Models.Should().HaveCount(Models);

        // Generous for a debug build on a busy machine; a release build takes about a third of a second.
        (Environment.CpuUsage.TotalTime - before).Should().BeLessThan(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Ten_thousand_mistakes_are_reported_without_quadratic_work()
    {
        var before = Environment.CpuUsage.TotalTime;

        TestConfig.Bind(Yaml.Replace("models: [m", "models: [q").Replace("rpm:", "rmp:")).Errors.Should().HaveCount(2 * Keys);

        (Environment.CpuUsage.TotalTime - before).Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    private static string Write()
    {
        var text = new StringBuilder("providers: [{ name: up, kind: openai-compatible, base_url: \"http://127.0.0.1:9100/v1\" }]\nmodels:\n");
        for (var i = 0; i < Models; i++)
            text.Append($"  - {{ name: m{i}, targets: [{{ provider: up, model: gpt-{i}, weight: 2 }}, {{ provider: up, model: other }}], price: {{ input: 1.00, output: 2.00 }} }}\n");
        text.Append("teams: [{ name: growth }]\nkeys:\n");
        for (var i = 0; i < Keys; i++)
            text.Append($"  - {{ name: key-{i}, key: sk-{i:D8}, team: growth, models: [m{i % Models}, \"gpt-*\"], budgets: [{{ limit: 25.00, period: month, timezone: Europe/Madrid }}], limits: {{ rpm: 60, tpm: 100000 }} }}\n");
        return text.ToString();
    }
}
