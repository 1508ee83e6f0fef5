using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Gateway.Config;
using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Shapes;
using Gateway.Config.Yaml;

namespace Gateway.Tests.Config;

/// <summary>gateway.yaml.example: valid, complete, and what it says of itself is true.</summary>
public partial class ExampleTests
{
    private static readonly string Example = RepositoryFiles.Read("gateway.yaml.example");

    /// <summary>The variables its head documents.</summary>
    private static readonly EnvironmentSource Documented = new(new Dictionary<string, string>
    {
        ["OPENAI_API_KEY"] = "sk-upstream",
        ["ANTHROPIC_API_KEY"] = "sk-ant-upstream",
        ["GATEWAY_ADMIN_KEY"] = new('a', 32),
        ["WEB_APP_KEY"] = "sk-web-app",
    });

    private static string EverythingOn => SwitchedOff().Replace(Example, "$1$2");

    [Fact]
    public void The_example_is_valid_as_it_stands() => TestConfig.Valid(Example, Documented).Models.Should().HaveCount(5);

    [Fact]
    public void The_example_with_every_option_on_is_valid()
    {
        using var folder = new TempFolder();
        var credentials = folder.Write("credentials", "[default]\naws_access_key_id=i\naws_secret_access_key=s");

        using var key = RSA.Create(2048);
        var account = new JsonObject { ["type"] = "service_account", ["project_id"] = "p", ["client_email"] = "e", ["private_key_id"] = "i", ["private_key"] = key.ExportPkcs8PrivateKeyPem() };
        var example = EverythingOn.Replace("vertex-key.json", folder.Write("key.json", account.ToJsonString()), StringComparison.Ordinal)
            .Replace("prompts/question.md", folder.Write("question.md", "{{question}}"), StringComparison.Ordinal);

        var config = TestConfig.Valid(example, Documented.Over(new Dictionary<string, string> { ["AWS_SHARED_CREDENTIALS_FILE"] = credentials }));

        config.Telemetry.Otlp.Should().Be(new Uri("http://127.0.0.1:4317"));
        config.Providers[0].Organization.Should().Be("org-0000");
    }

    [Fact]
    public void The_example_shows_every_key()
    {
        var root = YamlReader.Read(EverythingOn, new ErrorSink("gateway.yaml.example"))!;
        var shown = new HashSet<Key>();
        Collect(GatewayShape.Kind, root, shown);

        AllKeys(GatewayShape.Kind, []).Where(k => !shown.Contains(k)).Select(k => k.Name).Should().BeEmpty();
    }

    [Fact]
    public void The_example_validates_against_the_schema()
    {
        using var schema = JsonDocument.Parse(SchemaWriter.Write());
        var root = YamlReader.Read(EverythingOn, new ErrorSink("gateway.yaml.example"))!;

        SchemaCheck.Errors(schema.RootElement, YamlJson.Convert(root)).Should().BeEmpty();
    }

    [Fact]
    public void Without_its_variables_the_example_names_each_of_them()
    {
        var (_, errors) = TestConfig.Bind(Example, new EnvironmentSource(new Dictionary<string, string>()));

        errors.Select(e => e.Message).Should().HaveCount(4).And.Contain(m => m.Contains("OPENAI_API_KEY is not set")).And.Contain(m => m.Contains("ANTHROPIC_API_KEY is not set"))
            .And.Contain(m => m.Contains("GATEWAY_ADMIN_KEY is not set")).And.Contain(m => m.Contains("WEB_APP_KEY is not set"));
    }

    /// <summary>Every key of a record and of the records below it.</summary>
    internal static IEnumerable<Key> AllKeys(IRecordKind record, HashSet<IRecordKind> seen) =>
        seen.Add(record) ? record.Keys.SelectMany(k => k.Kind.Record is { } below ? AllKeys(below, seen).Prepend(k) : [k]) : [];

    private static void Collect(IRecordKind record, YamlNode node, HashSet<Key> shown)
    {
        foreach (var child in node is YamlSequence list ? list.Items : [node])
        {
            foreach (var entry in ((YamlMapping)child).Entries)
            {
                var key = record.Keys.Single(k => k.Name == entry.Key.Text);
                shown.Add(key);
                if (key.Kind.Record is { } below && entry.Value is not YamlScalar)   // a number may stand for a record
                    Collect(below, entry.Value, shown);
            }
        }
    }

    [GeneratedRegex("^( *)#([a-z]|- )", RegexOptions.Multiline)]
    private static partial Regex SwitchedOff();
}
