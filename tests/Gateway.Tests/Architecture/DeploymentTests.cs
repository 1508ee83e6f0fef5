using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Gateway.Tests.Architecture;

/// <summary>Dockerfile and compose.yaml, as far as they can be judged without an engine.</summary>
public sealed partial class DeploymentTests
{
    [Fact]
    public void The_image_runs_as_an_ordinary_user_from_pinned_images() => ImageBreaches(Repository.Read("Dockerfile")).Should().BeEmpty();

    [Theory]
    [InlineData("FROM a:1\nUSER 1654\nFROM b:2\nEXPOSE 4000", "no user in the last stage")]
    [InlineData("FROM a:latest\nUSER 1654", "a:latest is not pinned")]
    [InlineData("FROM a\nUSER app", "a is not pinned")]
    [InlineData("FROM a:1\nUSER root", "no user in the last stage")]
    public void A_careless_image_is_seen(string dockerfile, string breach) => ImageBreaches(dockerfile).Should().Equal(breach);

    [Fact]
    public void Compose_publishes_on_loopback_and_mounts_configuration_read_only() => ComposeBreaches(Repository.Read("compose.yaml")).Should().BeEmpty();

    [Theory]
    [InlineData("services: { a: { image: 'a:1', ports: ['4000:4000'] } }", "a: 4000:4000 is published on every interface")]
    [InlineData("services: { a: { image: a } }", "a: a is not pinned")]
    [InlineData("services: { a: { image: 'a:1', volumes: ['./c:/c'] } }", "a: a mount in the short form")]
    [InlineData("services: { a: { image: 'a:1', volumes: [{ type: bind, source: ./c, target: /c }] } }", "a: ./c is mounted writable")]
    [InlineData("services: { a: { image: 'a:1', volumes: [{ type: bind, source: ./gone, target: /c, read_only: true }] } }", "a: ./gone does not exist")]
    public void A_careless_composition_is_seen(string compose, string breach) => ComposeBreaches(compose).Should().Contain(breach);

    private static IEnumerable<string> ImageBreaches(string dockerfile)
    {
        foreach (Match from in From().Matches(dockerfile))
        {
            if (!Pinned(from.Groups[1].Value))
                yield return $"{from.Groups[1].Value} is not pinned";
        }
        if (!OrdinaryUser().IsMatch(dockerfile[dockerfile.LastIndexOf("FROM ", StringComparison.Ordinal)..]))
            yield return "no user in the last stage";
    }

    private static IEnumerable<string> ComposeBreaches(string compose)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(compose));
        foreach (var (name, service) in (YamlMappingNode)yaml.Documents[0].RootNode["services"])
        {
            if (Text(service, "image") is { } image && !Pinned(image))
                yield return $"{name}: {image} is not pinned";
            foreach (var port in List(service, "ports").Where(static p => !p.ToString().StartsWith("127.0.0.1:", StringComparison.Ordinal)))
                yield return $"{name}: {port} is published on every interface";
            foreach (var mount in List(service, "volumes"))
            {
                if (mount is not YamlMappingNode)
                    yield return $"{name}: a mount in the short form";
                else if (Text(mount, "type") == "bind" && Text(mount, "read_only") != "true")
                    yield return $"{name}: {Text(mount, "source")} is mounted writable";
                else if (Text(mount, "type") == "bind" && Text(mount, "source") is var source and not "./gateway.yaml" && !Path.Exists(Path.Combine(Repository.Root, source!)))
                    yield return $"{name}: {source} does not exist";
            }
        }
    }

    private static IEnumerable<YamlNode> List(YamlNode node, string key) => ((YamlMappingNode)node).Children.TryGetValue(key, out var list) ? (YamlSequenceNode)list : [];

    private static string? Text(YamlNode node, string key) => ((YamlMappingNode)node).Children.TryGetValue(key, out var value) ? value.ToString() : null;

    private static bool Pinned(string image) => PinnedImage().IsMatch(image);

    [GeneratedRegex(@"^FROM\s+(?:--\S+\s+)*(\S+)", RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex(@"^USER\s+(?!root\b|0\b)\S", RegexOptions.Multiline)]
    private static partial Regex OrdinaryUser();

    [GeneratedRegex(@":(?!latest$)[\w.-]+$")]
    private static partial Regex PinnedImage();
}
