using System.Xml.Linq;

namespace Gateway.Tests.Architecture;

/// <summary>Packages: one place for versions, one lock file a project, and the pins that have a reason.</summary>
public sealed class PackageTests
{
    /// <summary>What the gateway is compared with has its own rules (bench/load/subjects/Directory.Packages.props).</summary>
    private static IEnumerable<string> Projects => Repository.Files("src", "*.csproj").Concat(Repository.Files("tests", "*.csproj"))
        .Concat(Repository.Files("bench", "*.csproj")).Where(static p => !p.StartsWith("bench/load/subjects/", StringComparison.Ordinal));

    [Fact]
    public void Versions_stand_in_one_file() => Projects.SelectMany(static p => OwnVersions(p, Repository.Read(p))).Should().BeEmpty();

    [Theory]
    [InlineData("""<PackageReference Include="A" Version="1.0.0" />""")]
    [InlineData("""<PackageReference Include="A" VersionOverride="1.0.0" />""")]
    [InlineData("""<PackageReference Include="A"><Version>1.0.0</Version></PackageReference>""")]
    public void A_version_in_a_project_is_seen(string item) => OwnVersions("a.csproj", $"<Project><ItemGroup>{item}</ItemGroup></Project>").Should().ContainSingle();

    [Fact]
    public void Every_project_has_a_lock_file() => Projects
        .Where(static p => !File.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(p)!, "packages.lock.json"))).Should().BeEmpty();

    /// <summary>8 and later are under another licence (docs/decisions/2026-11-20-fluentassertions-below-8.md).</summary>
    [Fact]
    public void FluentAssertions_stays_below_8() => Version.Parse(XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion")
        .Single(static v => v.Attribute("Include")!.Value == "FluentAssertions").Attribute("Version")!.Value).Major.Should().BeLessThan(8);

    private static IEnumerable<string> OwnVersions(string path, string project) => XDocument.Parse(project).Descendants("PackageReference")
        .Where(static r => r.Attribute("Version") is not null || r.Attribute("VersionOverride") is not null || r.Element("Version") is not null)
        .Select(r => $"{path}: {r.Attribute("Include")?.Value}");
}
