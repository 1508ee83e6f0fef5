using Gateway.Config;
using Gateway.Config.Yaml;

namespace Gateway.Tests.Config;

public class YamlReaderTests
{
    private const string Whole = """
        # a comment
        server: { urls: "http://127.0.0.1:4000", max_body: 32MiB }
        providers:
          - &base { name: a, kind: demo }
          - { <<: *base, name: "b\t\x41\u00e9\U0001F600", pace: '5''ms' }
        models:
          - name: m
            description: >-
              folded
              text
            targets: [ { provider: a, model: x } ]
            params: { stop: ["a", 'b'], n: 1e3, deep: { x: [[[1]]] } }
        aliases: { "x-*": m, ? y : m }
        keys:
          - name: k
            key: |
              ${SECRET}
        """;

    [Fact]
    public void Merged_keys_fill_in_what_a_mapping_does_not_say()
    {
        var config = TestConfig.Valid("""
            providers:
              - &first { name: a, kind: demo, pace: 5ms }
              - { <<: *first, name: b }
              - { name: c, <<: [{ pace: 7ms }, *first] }
            """);

        config.Providers.Select(p => (p.Name, p.Kind, p.Pace.Milliseconds)).Should().Equal(("a", "demo", 5), ("b", "demo", 5), ("c", "demo", 7));
    }

    [Fact]
    public void An_alias_stands_for_its_anchors_value()
    {
        var config = TestConfig.Valid("budgets: &b [{ limit: 5, period: day }]\nteams: [{ name: a, budgets: *b }]");

        config.Teams[0].Budgets.Should().Equal(config.Budgets);
    }

    [Fact]
    public void An_alias_bomb_is_refused_before_it_is_walked()
    {
        var lines = Enumerable.Range(1, 12).Select(i => $"x{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]");
        var errors = new ErrorSink("gateway.yaml");

        YamlReader.Read("x0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]\n" + string.Join('\n', lines), errors).Should().BeNull();

        errors.InFileOrder().Should().ContainSingle().Which.Message.Should().Contain($"more than {YamlReader.MaxNodes} values");
    }

    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("{a: ", 100_000)]
    [InlineData("- ", 10_000)]
    public void Deep_nesting_is_refused(string open, int times)
    {
        var errors = new ErrorSink("gateway.yaml");

        YamlReader.Read(string.Concat(Enumerable.Repeat(open, times)), errors).Should().BeNull();

        errors.InFileOrder().Should().ContainSingle().Which.Message.Should().Contain("nested more than 64 deep");
    }

    [Fact]
    public void A_huge_text_is_refused_unread()
    {
        var errors = new ErrorSink("gateway.yaml");

        YamlReader.Read(new string(' ', YamlReader.MaxCharacters + 1), errors).Should().BeNull();

        errors.InFileOrder().Should().ContainSingle().Which.Message.Should().Contain("are the most");
    }

    [Theory]
    [InlineData("store: \"\\U0000D800\"")]
    [InlineData("store: \"\\UFFFFFFFF\"")]
    [InlineData("store: \"\\q\"")]
    [InlineData("store: \"\0\"")]
    [InlineData("%YAML 9.9\n---\nstore: a")]
    [InlineData("%TAG ! a\n---\nstore: a")]
    [InlineData("store: &\n")]
    [InlineData("&a")]
    [InlineData("*a : b")]
    [InlineData(": : :")]
    [InlineData("- - -\n -")]
    [InlineData("store: |99\n x")]
    [InlineData("}")]
    public void What_is_no_YAML_is_an_error_with_a_place(string yaml)
    {
        var (config, errors) = TestConfig.Bind(yaml);

        config.Should().BeNull();
        errors.Should().NotBeEmpty().And.OnlyContain(e => e.Line >= 1 && e.Column >= 1 && e.Message.Length > 0);
    }

    [Fact]
    public void Mutated_configurations_never_throw_and_never_show_a_secret()
    {
        var random = new Random(20261120);
        const string alphabet = "{}[]:,&*!|>'\"%@`#-? \n\t\\<~$abz019\u0001\u2028é";
        for (var round = 0; round < 3000; round++)
        {
            var text = Whole.ToList();
            for (var edits = random.Next(1, 6); edits > 0; edits--)
            {
                var at = random.Next(text.Count);
                switch (random.Next(4))
                {
                    case 0: text.RemoveAt(at); break;
                    case 1: text.Insert(at, alphabet[random.Next(alphabet.Length)]); break;
                    case 2: text[at] = alphabet[random.Next(alphabet.Length)]; break;
                    default: text.RemoveRange(at, Math.Min(random.Next(30), text.Count - at)); break;
                }
            }

            var yaml = new string([.. text]);
            var (config, errors) = TestConfig.Bind(yaml);

            (config is null).Should().Be(errors.Count > 0, "round {0}:\n{1}", round, yaml);
            string.Join('\n', errors).Should().NotContain(TestConfig.EnvironmentSecret);
        }
    }
}
