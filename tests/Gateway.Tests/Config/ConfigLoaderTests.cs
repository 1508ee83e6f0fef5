using System.Text;

using Gateway.Config;

namespace Gateway.Tests.Config;

public sealed class ConfigLoaderTests : IDisposable
{
    private static readonly EnvironmentSource Nothing = new(new Dictionary<string, string>());

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_file_the_demo_runs_on_this_machine_only()
    {
        var source = ConfigSource.Resolve(null, Nothing, _folder.Root);
        var result = new ConfigLoader(source, Nothing, TestConfig.Kinds).Load();

        result.Errors.Should().BeEmpty();
        result.Source.Description.Should().Be("built-in demo configuration");
        result.Config!.Server.Urls.Should().Be("http://127.0.0.1:4000");
        result.Config.Server.AdminKey.Should().BeNull();
        result.Config.Models.Should().ContainSingle(m => m.Name == "demo");
        result.Config.Keys.Should().ContainSingle().Which.Hash.Should().Be(KeyHash.Of(new("sk-demo")));
    }

    [Fact]
    public void The_option_wins_over_the_variable_and_the_variable_over_the_file_in_the_directory()
    {
        var environment = new EnvironmentSource(new Dictionary<string, string> { ["GATEWAY_CONFIG"] = "by-variable.yaml" });
        var file = _folder.Write("gateway.yaml", "");

        ConfigSource.Resolve("by-option.yaml", environment, _folder.Root).Should().Be(new ConfigSource("by-option.yaml", true, "by-option.yaml (--config)"));
        ConfigSource.Resolve(null, environment, _folder.Root).Should().Be(new ConfigSource("by-variable.yaml", true, "by-variable.yaml (GATEWAY_CONFIG)"));
        ConfigSource.Resolve(null, Nothing, _folder.Root).Should().Be(new ConfigSource(file, false, file));
    }

    [Fact]
    public void A_named_file_must_be_there()
    {
        var path = _folder["missing.yaml"];
        var result = Load(path);

        result.Config.Should().BeNull();
        result.Errors.Should().ContainSingle().Which.ToString().Should().Be($"{path}: there is no such file");
    }

    [Fact]
    public void A_directory_is_no_file() => Load(_folder.Root).Errors.Should().ContainSingle().Which.Message.Should().Be("there is no such file");

    [Fact]
    public void A_file_that_is_not_UTF_8_is_refused()
    {
        File.WriteAllBytes(_folder["gateway.yaml"], [0x73, 0xff, 0xfe]);

        Load(_folder["gateway.yaml"]).Errors.Should().ContainSingle().Which.Message.Should().Be("the file is not UTF-8 text");
    }

    [Fact]
    public void A_byte_order_mark_does_no_harm()
    {
        File.WriteAllBytes(_folder["gateway.yaml"], [.. Encoding.UTF8.Preamble, .. "unpriced: allow"u8]);

        Load(_folder["gateway.yaml"]).Config!.Unpriced.Should().Be(UnpricedPolicy.Allow);
    }

    [Fact]
    public void A_huge_file_is_refused()
    {
        using (var file = File.Create(_folder["gateway.yaml"]))
            file.SetLength(17 * 1024 * 1024);

        Load(_folder["gateway.yaml"]).Errors.Should().ContainSingle().Which.Message.Should().Contain("too large");
    }

    [Fact]
    public void The_env_file_beside_the_configuration_is_read_and_the_process_wins()
    {
        _folder.Write(".env", "A=sk-from-file\nB=sk-from-file-too\n");
        _folder.Write("gateway.yaml", "keys:\n  - { name: a, key: \"${A}\" }\n  - { name: b, key: \"${B}\" }\n");

        var config = Load(_folder["gateway.yaml"], new(new Dictionary<string, string> { ["A"] = "sk-from-process" })).Config!;

        config.Keys.Select(k => k.Hash).Should().Equal(KeyHash.Of(new("sk-from-process")), KeyHash.Of(new("sk-from-file-too")));
    }

    [Fact]
    public void Errors_of_the_env_file_and_of_the_configuration_are_reported_together()
    {
        _folder.Write(".env", "oops\n");
        _folder.Write("gateway.yaml", "unpriced: perhaps\n");

        Load(_folder["gateway.yaml"]).Errors.Select(e => e.ToString()).Should().SatisfyRespectively(
            e => e.Should().StartWith(_folder[".env"] + ":1:1: this line is not NAME=value"),
            e => e.Should().StartWith(_folder["gateway.yaml"] + ":1:11: unpriced: 'perhaps' is not one of"));
    }

    [Theory]
    [InlineData("models[1].targets[0].model", 5, 35)]
    [InlineData("models[1]", 5, 5)]
    [InlineData("models[7].name", 3, 3)]
    [InlineData("aliases.\"x.y\"", 6, 19)]
    [InlineData("nothing", 1, 1)]
    public void What_a_later_stage_finds_gets_its_line(string path, int line, int column)
    {
        _folder.Write("gateway.yaml", """
            providers: [{ name: up, kind: demo }]
            models:
              - name: a
                targets: [{ provider: up, model: x }]
              - { name: b, targets: [{ model: m, provider: up }] }
            aliases: { "x.y": a }
            """);

        var located = Load(_folder["gateway.yaml"]).Locate([new(path, "is no good")]).Single();

        // A model further on than the list's end is blamed on the list.
        (located.Line, located.Column, located.Path).Should().Be((line, column, path));
    }

    private static ConfigResult Load(string path, EnvironmentSource? environment = null) =>
        new ConfigLoader(ConfigSource.Resolve(path, environment ?? Nothing), environment ?? Nothing, TestConfig.Kinds).Load();
}
