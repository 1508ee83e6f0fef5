using System.Text.Json;
using Gateway.Config;
using Gateway.Entities;

namespace Gateway.Tests.Config;

/// <summary>Prompts and functions of a configuration: what is wrong with them, and their files.</summary>
public sealed class PromptConfigTests : ConfigWatcherRig
{
    private const string Models = "providers: [{ name: up, kind: demo }]\nmodels: [{ name: smart, targets: [{ provider: up, model: m }] }]\n";

    private const string Prompt = "prompts: [{ name: p, versions: [{ messages: [{ role: user, content: x }] }] }]\n";

    [Theory]
    [InlineData("prompts: [{ name: p }]", "the key 'versions' is missing")]
    [InlineData("prompts: [{ name: a/b, versions: [{ messages: [{ role: user, content: x }] }] }]", "'a/b' may hold only letters")]
    [InlineData("prompts: [{ name: p, versions: [] }]", "the list is empty")]
    [InlineData("prompts: [{ name: p, versions: [{ messages: [{ role: tool, content: x }] }] }]", "'tool' is not one of system, developer, user, assistant")]
    [InlineData("prompts: [{ name: p, versions: [{ messages: [{ role: user }] }] }]", "a message needs a content or a file")]
    [InlineData("prompts: [{ name: p, versions: [{ messages: [{ role: user, content: x, file: y }] }] }]", "not both")]
    [InlineData("prompts: [{ name: p, versions: [{ messages: [{ role: user, file: /nowhere/at/all.md }] }] }]", "'/nowhere/at/all.md' is no file that there is")]
    [InlineData("prompts: [{ name: p, versions: [{ messages: [{ role: user, content: [x] }] }] }]", "this must be text, not a list")]
    [InlineData("prompts: [{ name: p, labels: { production: 2 }, versions: [{ messages: [{ role: user, content: x }] }] }]", "the label 'production' is at version 2, which the prompt does not have")]
    [InlineData("prompts: [{ name: p, labels: { latest: 1 }, versions: [{ messages: [{ role: user, content: x }] }] }]", "'latest' is always the newest version")]
    [InlineData("prompts: [{ name: p, labels: { 1st: 1 }, versions: [{ messages: [{ role: user, content: x }] }] }]", "'1st' begins with a digit")]
    [InlineData("prompts: [{ name: p, versions: [{ version: 2, messages: [{ role: user, content: x }] }, { version: 2, messages: [{ role: user, content: x }] }] }]", "version 2 stands after version 2; numbers must rise")]
    [InlineData("prompts: [{ name: p, versions: [{ variables: [{ name: a }, { name: a }], messages: [{ role: user, content: x }] }] }]", "there are two variables 'a'")]
    [InlineData("prompts: [{ name: p, versions: [{ variables: [{ name: a.b }], messages: [{ role: user, content: x }] }] }]", "'a.b' is no name of a variable")]
    [InlineData("prompts: [{ name: p, versions: [{ variables: [{ name: a, type: enum }], messages: [{ role: user, content: x }] }] }]", "an enum needs values")]
    [InlineData("prompts: [{ name: p, versions: [{ variables: [{ name: a, values: [b] }], messages: [{ role: user, content: x }] }] }]", "only an enum has values")]
    [InlineData("prompts: [{ name: p, versions: [{ variables: [{ name: a, type: number, max_length: 2 }], messages: [{ role: user, content: x }] }] }]", "only a string and a list have a length")]
    [InlineData("prompts: [{ name: p, versions: [{ variables: [{ name: a, default: 1 }], messages: [{ role: user, content: x }] }] }]", "the default must be a string")]
    [InlineData("prompts: [{ name: p, versions: [{ variables: [{ name: a, default: x, required: true }], messages: [{ role: user, content: x }] }] }]", "needs no default")]
    [InlineData("prompts: [{ name: p, versions: [{ messages: [{ role: user, content: x }] }] }]\nfunctions: [{ name: f, model: smart, prompt: p@2 }]", "the prompt 'p' has no version or label '2'")]
    [InlineData("prompts: [{ name: p, versions: [{ messages: [{ role: user, content: x }] }] }]\nfunctions: [{ name: f, model: smart, prompt: a@b@c }]", "is no reference to a prompt")]
    [InlineData("prompts: [{ name: p, versions: [{ messages: [{ role: user, content: x }] }] }]\nfunctions: [{ name: f, model: none, prompt: p }]", "'none' is no model")]
    [InlineData("prompts: [{ name: p, versions: [{ messages: [{ role: user, content: x }] }] }]\nfunctions: [{ name: f, model: smart, prompt: p, params: { messages: [] } }]", "is the prompt's, and the client's")]
    [InlineData("prompts: [{ name: p, versions: [{ messages: [{ role: user, content: x }] }] }]\nfunctions: [{ name: f, model: smart, prompt: p, override: { stream: true } }]", "is set by the gateway itself")]
    [InlineData("prompts: [{ name: p, versions: [{ messages: [{ role: user, content: \"a \\uD800 b\" }] }] }]", "invalid Unicode surrogates")]
    [InlineData(Prompt + "functions: [{ name: f, model: smart, prompt: p, keys: [] }]", "the list is empty")]
    [InlineData(Prompt + "functions: [{ name: f, model: smart, prompt: p, tags: [\"a,b\"] }]", "has a comma, which stands between tags")]
    [InlineData(Prompt + "functions: [{ name: f, model: smart, prompt: p, tags: [a, b, c, d, e, f, g, h, i] }]", "the list has 9 items; 8 are the most")]
    [InlineData(Prompt + "functions: [{ name: f, model: smart, prompt: p, output_schema: [x] }]", "must be a JSON schema: a mapping")]
    [InlineData(Prompt + "functions: [{ name: f, model: smart, prompt: p, output_schema: {}, override: { response_format: {} } }]", "'response_format' is set by output_schema")]
    [InlineData(Prompt + "functions: [{ name: f, model: smart, prompt: p, output_schema: {}, params: { text: {} } }]", "'text' is set by output_schema")]
    [InlineData("keys: [{ name: k, key: sk-123456, models: [fn/f] }]", "'f' is no function")]
    public void What_is_wrong_is_told(string yaml, string message) => TestConfig.Bind(Models + yaml).Errors.Should().ContainSingle().Which.Message.Should().Contain(message);

    [Fact]
    public void Keys_may_name_functions() => TestConfig.Valid(Models + """
        prompts: [{ name: p, versions: [{ messages: [{ role: user, content: "${NOT_SET} os.environ/X" }] }] }]
        functions: [{ name: f, model: smart, prompt: p }]
        keys: [{ name: k, key: sk-123456, models: [fn/f, "fn/*"] }]
        """).Prompts[0].Versions[0].Messages[0].Template.Should().Be("${NOT_SET} os.environ/X");

    [Theory]
    [InlineData("fn/f", true)]
    [InlineData("fn/*", true)]
    [InlineData("fn/g", false)]
    public void Keys_that_are_made_later_may_name_them_too(string model, bool isKnown)
    {
        var config = TestConfig.Valid(Models + "prompts: [{ name: p, versions: [{ messages: [{ role: user, content: x }] }] }]\nfunctions: [{ name: f, model: smart, prompt: p }]");
        using var document = JsonDocument.Parse($$"""{"name":"k","models":["{{model}}"]}""");

        new EntityBinder(config).Key(document.RootElement, new('a', 64), out var errors);

        errors.Select(static e => e.Message).Should().BeEquivalentTo(isKnown ? [] : new[] { "'g' is no function - did you mean 'f'?" });
    }

    [Fact]
    public async Task A_file_beside_the_configuration_is_its_message_and_a_change_of_it_is_live()
    {
        Directory.CreateDirectory(Folder["prompts"]);
        Folder.Write("prompts/a.md", "one {{v}}\n");
        var watcher = Open(Models + "prompts: [{ name: p, versions: [{ variables: [{ name: v }], messages: [{ role: user, file: prompts/a.md }] }] }]");
        var before = watcher.Status;
        await LookTwiceAsync();
        watcher.Status.Should().BeSameAs(before, "nothing has changed, so nothing is read");

        Folder.Write("prompts/a.md", "two {{v}}\r\n");
        await LookTwiceAsync();

        Applied.Should().ContainSingle().Which.Prompts[0].Versions[0].Messages[0].Template.Should().Be("two {{v}}");
        watcher.Status.Generation.Should().Be(2);

        Folder.Write("prompts/a.md", "three\n  {{w}}");
        await LookTwiceAsync();

        watcher.Status.Errors.Should().ContainSingle().Which.Should().Match<ConfigError>(static e =>
            e.Path == "prompts[0].versions[0].messages[0].file" && e.Message.StartsWith("prompt 'p', message 1 (user), line 2, column 3: there is no variable 'w'"));
        Applied.Should().ContainSingle();

        File.Delete(Folder["prompts/a.md"]);
        await LookTwiceAsync();
        watcher.Status.Errors.Should().ContainSingle().Which.Message.Should().Contain("'prompts/a.md' is no file that there is");

        Folder.Write("prompts/a.md", "four");
        await LookTwiceAsync();
        Applied[^1].Prompts[0].Versions[0].Messages[0].Template.Should().Be("four");
    }
}
