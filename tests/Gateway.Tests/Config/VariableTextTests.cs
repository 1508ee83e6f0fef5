using Gateway.Config;

namespace Gateway.Tests.Config;

public class VariableTextTests
{
    [Theory]
    [InlineData("plain", "plain", false)]
    [InlineData("${NAME}", "fast", true)]
    [InlineData("http://${NAME}:${NUMBER}/v1", "http://fast:60/v1", true)]
    [InlineData("${UNSET:-other}", "other", true)]
    [InlineData("${UNSET:-}", "", true)]
    [InlineData("${EMPTY:-other}", "other", true)]
    [InlineData("${EMPTY}", "", true)]
    [InlineData("${NAME:-other}", "fast", true)]
    [InlineData("${UNSET:-a:-b$c}", "a:-b$c", true)]
    [InlineData("$${NAME}", "${NAME}", false)]
    [InlineData("pa$$word", "pa$word", false)]
    [InlineData("$NAME costs 5$", "$NAME costs 5$", false)]
    [InlineData("$$$$", "$$", false)]
    [InlineData("$$${NAME}", "$fast", true)]
    [InlineData("os.environ/NAME", "fast", true)]
    [InlineData("see os.environ/NAME", "see os.environ/NAME", false)]
    [InlineData("${NESTED}", "${SECRET}", true)]
    [InlineData("${YAML}", "}, admin: { key: x", true)]
    public void Variables_are_replaced_once(string text, string expected, bool fromEnvironment)
    {
        VariableText.Expand(text, TestConfig.Environment, out var value, out var marked).Should().BeNull();

        value.Should().Be(expected);
        marked.Should().Be(fromEnvironment);
    }

    [Fact]
    public void A_variable_cannot_add_keys_to_the_file()
    {
        var config = TestConfig.Valid("keys:\n  - name: a\n    key: sk-demo\n    metadata:\n      note: ${YAML}\n");

        config.Keys.Should().ContainSingle().Which.Metadata.Should().Equal(new Dictionary<string, string> { ["note"] = "}, admin: { key: x" });
    }

    [Fact]
    public void Variables_work_in_numbers_durations_and_choices()
    {
        var environment = new EnvironmentSource(new Dictionary<string, string> { ["RPM"] = "60", ["WAIT"] = "5s", ["POLICY"] = "allow" });

        var config = TestConfig.Valid("unpriced: ${POLICY}\nkeepalive: ${WAIT}\nteams: [{ name: a, limits: { rpm: \"${RPM}\" } }]", environment);

        (config.Unpriced, config.Keepalive, config.Teams[0].Limits.Rpm).Should().Be((UnpricedPolicy.Allow, TimeSpan.FromSeconds(5), 60));
    }

    /// <summary>Every kind of value that is checked, filled with a secret: none of the messages may show it.</summary>
    [Theory]
    [InlineData("server: { urls: \"${SECRET}\" }")]
    [InlineData("server: { max_body: \"${SECRET}\" }")]
    [InlineData("server: { drain: \"${SECRET}\" }")]
    [InlineData("server: { admin_key: \"${SECRET}\" }")]
    [InlineData("store: ${SECRET}")]
    [InlineData("ledger: { sync: \"${SECRET}\" }")]
    [InlineData("unpriced: ${SECRET}")]
    [InlineData("telemetry: { otlp: \"${SECRET}\", metrics: { path: \"${SECRET}\" } }")]
    [InlineData("budgets: [{ limit: \"${SECRET}\", period: \"${SECRET}\", timezone: \"${SECRET}\" }]")]
    [InlineData("teams: [{ name: \"${SECRET}\" }, { name: \"${SECRET}\" }]")]
    [InlineData("providers: [{ name: \"${SECRET}\", kind: \"${SECRET}\", base_url: \"${SECRET}\" }]")]
    [InlineData("providers: [{ name: \"${SECRET}\", kind: demo }]\nmodels: [{ name: a, targets: [{ provider: x, model: \"${SECRET}\", weight: \"${SECRET}\" }] }]")]
    [InlineData("models: [{ name: a, targets: [{ provider: \"${SECRET}\", model: m }] }]")]
    [InlineData("aliases: { a: \"${SECRET}\" }")]
    [InlineData("keys: [{ name: \"${SECRET}\", key: \"${SECRET}\", key_hash: \"${SECRET}\", team: \"${SECRET}\", models: [\"${SECRET}\"], expires: \"${SECRET}\" }]")]
    [InlineData("keys:\n  - { name: \"${SECRET}\", key: \"${SECRET}\" }\n  - { name: \"${SECRET}\", key: \"${SECRET}\" }")]
    [InlineData("keys: [{ name: a, key: s3cret-from-the-environment }, { name: b, key: s3cret-from-the-environment }]")]
    [InlineData("server: { admin_key: s3cret-from-the-environment }")]
    [InlineData("store: postgres://user:s3cret-from-the-environment@db")]
    [InlineData("store: postgres://user:s3cret-from-the-environment/@db/gateway")]
    [InlineData("store: postgres://db/gateway?s3cret-from-the-environment=1")]
    [InlineData("providers: [{ name: a, kind: demo, api_key: \"s3cret-from-the-environment \" }]")]
    [InlineData("providers: [{ name: a, kind: openai, base_url: \"https://u:s3cret-from-the-environment@h\" }]")]
    [InlineData("providers: [{ name: a, kind: demo, headers: { X-Key: \"s3cret-from-the-environment\\n\" } }]")]
    [InlineData("keys: [{ name: a, key_hash: s3cret-from-the-environment }]")]
    [InlineData("keys: [{ name: a, key: s3cret-from-the-environment }")]
    [InlineData("keys: [{ name: a, key: \"s3cret-from-the-environment }]")]
    public void No_message_shows_a_secret(string yaml)
    {
        var (_, errors) = TestConfig.Bind(yaml);

        errors.Should().NotBeEmpty();
        string.Join('\n', errors).Should().NotContain(TestConfig.EnvironmentSecret);
    }
}
