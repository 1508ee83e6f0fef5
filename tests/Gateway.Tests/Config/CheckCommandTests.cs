using Gateway.Commands;
using Gateway.Config;

namespace Gateway.Tests.Config;

public sealed class CheckCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _out = new();
    private readonly StringWriter _err = new();

    public void Dispose()
    {
        _folder.Dispose();
        _out.Dispose();
        _err.Dispose();
    }

    [Fact]
    public void A_valid_file_is_summed_up_without_secrets()
    {
        var loader = Loader($$"""
            server: { admin_key: {{new string('a', 32)}} }
            providers: [{ name: up, kind: openai, api_key: sk-upstream }, { name: demo, kind: demo }]
            models: [{ name: fast, targets: [{ provider: up, model: m }] }]
            aliases: { quick: fast }
            keys: [{ name: web, key: sk-secret, budgets: [{ limit: 1, period: day }] }]
            budgets: [{ limit: 5, period: month }]
            """);

        CheckCommand.Run(_out, _err, loader).Should().Be(0);

        _out.ToString().Should().Contain("gateway.yaml (--config): valid").And.Contain("providers   2: up (openai), demo (demo)")
            .And.Contain("models      1: fast, 1 aliases").And.Contain("keys        1: web").And.Contain("budgets     2").And.Contain("admin API   served")
            .And.NotContain("sk-").And.NotContain("aaaa");
        _err.ToString().Should().BeEmpty();
    }

    [Fact]
    public void What_must_come_from_the_store_is_named()
    {
        var loader = Loader("""
            providers: [{ name: demo, kind: demo }]
            models: [{ name: fast, targets: [{ provider: demo, model: m }] }]
            prompts: [{ name: here, versions: [{ messages: [{ role: user, content: x }] }] }]
            functions: [{ name: a, model: fast, prompt: there }, { name: b, model: fast, prompt: here }, { name: c, model: fast, prompt: there@3 }, { name: d, model: fast, prompt: there@production }]
            """);

        CheckCommand.Run(_out, _err, loader).Should().Be(0);

        _out.ToString().ReplaceLineEndings("\n").Should().Contain("functions   4: a, b, c, d").And.Contain("from the store, which is not asked here: there@3, there@production\n");
    }

    [Fact]
    public void Every_error_stands_on_a_line_with_its_place()
    {
        var path = _folder["gateway.yaml"];

        CheckCommand.Run(_out, _err, Loader("unpriced: perhaps\nmodells: []\n")).Should().Be(2);

        _err.ToString().ReplaceLineEndings("\n").Should().Be($"{path}:1:11: unpriced: 'perhaps' is not one of reject, allow\n{path}:2:1: modells: unknown key - did you mean 'models'?\n2 errors\n");
        _out.ToString().Should().BeEmpty();
    }

    [Fact]
    public void What_only_compiling_finds_is_an_error_too()
    {
        CheckCommand.Run(_out, _err, Loader("budgets: []"), _ => [new("budgets", "the catalogue is out of date")]).Should().Be(2);

        _err.ToString().Should().StartWith($"{_folder["gateway.yaml"]}:1:10: budgets: the catalogue is out of date").And.Contain("1 error");
    }

    [Fact]
    public void The_demo_is_valid()
    {
        CheckCommand.Run(_out, _err, new ConfigLoader(ConfigSource.Demo, TestConfig.Environment, TestConfig.Kinds)).Should().Be(0);

        _out.ToString().Should().StartWith("built-in demo configuration: valid");
    }

    private ConfigLoader Loader(string yaml) =>
        new(ConfigSource.Resolve(_folder.Write("gateway.yaml", yaml), TestConfig.Environment), TestConfig.Environment, TestConfig.Kinds);
}
