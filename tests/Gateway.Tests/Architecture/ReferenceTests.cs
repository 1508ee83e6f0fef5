using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Gateway.Tests.Architecture;

/// <summary>Gateway → Providers → Core and Gateway → Storage → Core: in the project files, and in what the compiled assemblies refer to.</summary>
public sealed partial class ReferenceTests
{
    [Theory]
    [InlineData("Gateway.Core")]
    [InlineData("Gateway.Providers", "Gateway.Core")]
    [InlineData("Gateway.Storage", "Gateway.Core")]
    [InlineData("Gateway", "Gateway.Providers", "Gateway.Storage")]
    public void A_project_names_only_the_projects_below_it(string project, params string[] below) =>
        ProjectReferences(Repository.Read($"src/{project}/{project}.csproj")).Should().BeEquivalentTo(below);

    [Theory]
    [InlineData("Gateway.Core", @"^(Gateway|Microsoft\.AspNetCore|Microsoft\.Data|Microsoft\.Extensions|SQLitePCL|Npgsql|System\.Data|System\.Net\.Http|YamlDotNet|OpenTelemetry)")]
    [InlineData("Gateway.Providers", @"^(Gateway(?!\.Core$)|Microsoft\.AspNetCore|Microsoft\.Data|Microsoft\.Extensions|SQLitePCL|Npgsql|System\.Data|System\.Net\.Http|System\.Net\.Sockets)")]
    [InlineData("Gateway.Storage", @"^(Gateway(?!\.Core$)|Microsoft\.AspNetCore|System\.Net\.Http|YamlDotNet|OpenTelemetry)")]
    public void An_assembly_refers_to_nothing_above_or_beside_it(string assembly, string forbidden) =>
        Forbidden(Assembly.Load(assembly).GetReferencedAssemblies().Select(static a => a.Name!), forbidden).Should().BeEmpty();

    [Fact]
    public void A_reference_in_the_wrong_direction_is_seen()
    {
        Forbidden(["System.Runtime", "Gateway.Storage", "Gateway.Core"], @"^Gateway(?!\.Core$)").Should().Equal("Gateway.Storage");
        ProjectReferences("""<Project><ItemGroup><ProjectReference Include="..\Gateway.Storage\Gateway.Storage.csproj" /></ItemGroup></Project>""").Should().Equal("Gateway.Storage");
    }

    [Fact]
    public void Nothing_in_src_refers_to_tests_or_bench() => Repository.Files("src", "*.csproj")
        .Where(static p => TestsOrBench().IsMatch(Repository.Read(p))).Should().BeEmpty();

    private static IEnumerable<string> ProjectReferences(string project) => XDocument.Parse(project).Descendants("ProjectReference")
        .Select(static r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

    private static IEnumerable<string> Forbidden(IEnumerable<string> assemblies, string pattern) => assemblies.Where(a => Regex.IsMatch(a, pattern));

    [GeneratedRegex(@"ProjectReference Include=""[^""]*[\\/](tests|bench)[\\/]")]
    private static partial Regex TestsOrBench();
}
