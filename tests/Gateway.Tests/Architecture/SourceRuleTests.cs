namespace Gateway.Tests.Architecture;

/// <summary>The rules over the repository's own code, and each over a file that breaks it.</summary>
public sealed class SourceRuleTests
{
    private const int LongestSource = 500;
    private const int LongestTest = 800;
    private const int LongestMethod = 60;

    /// <summary>Files over a budget, each with the reason it is not split. Keep it empty.</summary>
    private static readonly Dictionary<string, string> Exempt = [];

    [Fact]
    public void An_upstream_is_called_from_one_folder_only() => Breaches(Repository.Source, SourceRules.CallsUpstreamElsewhere).Should().BeEmpty();

    [Theory]
    [InlineData("src/Gateway/Pipeline/A.cs", "using var c = new HttpClient();", 1)]
    [InlineData("src/Gateway/Pipeline/A.cs", "private readonly HttpMessageInvoker _invoker;", 1)]
    [InlineData("src/Gateway.Providers/OpenAI/A.cs", "new SocketsHttpHandler { UseProxy = false }", 1)]
    [InlineData("src/Gateway/Pipeline/A.cs", "await target.Provider.Connection.Client.SendAsync(message);", 1)]
    [InlineData("src/Gateway/Upstream/A.cs", "new SocketsHttpHandler()", 0)]
    [InlineData("src/Gateway/Pipeline/A.cs", "await _sender.SendAsync(reservation, request); // not HttpClient", 0)]
    public void A_second_way_to_an_upstream_is_seen(string path, string code, int breaches) =>
        SourceRules.CallsUpstreamElsewhere(new(path, code)).Should().HaveCount(breaches);

    [Fact]
    public void Providers_are_pure() => Breaches(Repository.Source, SourceRules.ImpureProvider).Should().BeEmpty();

    [Theory]
    [InlineData("ILogger<A> log")]
    [InlineData("TimeProvider time")]
    [InlineData("HttpContext http")]
    [InlineData("using Microsoft.AspNetCore.Http;")]
    public void An_impure_provider_is_seen(string code) => SourceRules.ImpureProvider(new("src/Gateway.Providers/A/A.cs", code)).Should().ContainSingle();

    [Fact]
    public void Core_knows_neither_the_web_server_nor_the_database() => Breaches(Repository.Source, SourceRules.CoreKnowsTooMuch).Should().BeEmpty();

    [Theory]
    [InlineData("using Microsoft.AspNetCore.Http;")]
    [InlineData("DbConnection connection")]
    public void A_core_that_knows_too_much_is_seen(string code) => SourceRules.CoreKnowsTooMuch(new("src/Gateway.Core/A.cs", code)).Should().ContainSingle();

    [Fact]
    public void Sql_stands_in_storage_only() => Breaches(Repository.Source, SourceRules.DatabaseOutsideStorage).Should().BeEmpty();

    [Theory]
    [InlineData("src/Gateway/Admin/A.cs", "Run(\"SELECT at FROM ledger \");", 1)]
    [InlineData("src/Gateway/Admin/A.cs", "using Microsoft.Data.Sqlite;", 1)]
    [InlineData("src/Gateway/Admin/A.cs", "throw new ArgumentException(\"select a model from the list\");", 0)]
    [InlineData("src/Gateway.Storage/A.cs", "Run(\"SELECT at FROM ledger \");", 0)]
    public void Sql_elsewhere_is_seen(string path, string code, int breaches) => SourceRules.DatabaseOutsideStorage(new(path, code)).Should().HaveCount(breaches);

    [Fact]
    public void Sql_is_never_interpolated() => Breaches(Repository.Source, SourceRules.InterpolatedSql).Should().BeEmpty();

    [Theory]
    [InlineData("Run($\"SELECT at FROM ledger WHERE key = '{key}'\");", 1)]
    [InlineData("Run($\"\"\"\n  ORDER BY {column}\n  \"\"\");", 1)]
    [InlineData("Run(\"SELECT at FROM ledger WHERE key = $key\");", 0)]
    [InlineData("Run($\"SELECT {Columns.All} FROM ledger \");", 0)]
    public void Interpolated_sql_is_seen(string code, int breaches) => SourceRules.InterpolatedSql(new("src/Gateway.Storage/A.cs", code)).Should().HaveCount(breaches);

    [Fact]
    public void No_exception_is_swallowed() => Breaches(All, SourceRules.SwallowedException).Should().BeEmpty();

    [Theory]
    [InlineData("try { A(); } catch { }", 1)]
    [InlineData("try { A(); } catch (Exception) { /* never mind */ }", 1)]
    [InlineData("try { A(); } catch (IOException e) when (e.Fits(new A { B = 1 })) { }", 1)]
    [InlineData("try { A(); } catch (IOException) { }", 1)]
    [InlineData("try { A(); } catch (Exception e) when (e is IOException) { /* the peer left */ }", 0)]
    [InlineData("try { A(); } catch (IOException) { /* the reader sees the end of the file */ }", 0)]
    [InlineData("try { A(); } catch (Exception e) { Log.Failed(e); }", 0)]
    public void A_swallowed_exception_is_seen(string code, int breaches) => SourceRules.SwallowedException(new("src/A.cs", code)).Should().HaveCount(breaches);

    [Fact]
    public void No_test_is_skipped_without_a_reason() => Breaches(Repository.Tests, SourceRules.SkippedWithoutReason)
        .Where(static b => !b.Contains("Architecture/SourceRule", StringComparison.Ordinal)).Should().BeEmpty();

    [Theory]
    [InlineData("[Fact(Skip = \"\")]", 1)]
    [InlineData("[Fact(Skip = \"needs PostgreSQL: set GATEWAY_POSTGRES\")]", 0)]
    [InlineData("Skip.If(Missing(a, b));", 1)]
    [InlineData("Skip.IfNot(File.Exists(path), \"set GATEWAY_SHARED\");", 0)]
    public void A_test_skipped_without_a_reason_is_seen(string code, int breaches) => SourceRules.SkippedWithoutReason(new("tests/A.cs", code)).Should().HaveCount(breaches);

    [Fact]
    public void Files_and_methods_keep_to_their_size() => Repository.Source.SelectMany(static f => SourceRules.TooLong(f, LongestSource))
        .Concat(Repository.Tests.SelectMany(static f => SourceRules.TooLong(f, LongestTest)))
        .Concat(All.SelectMany(static f => SourceRules.LongMethods(f, LongestMethod)))
        .Where(static b => !Exempt.Keys.Any(path => b.StartsWith(path + ":", StringComparison.Ordinal))).Should().BeEmpty();

    [Fact]
    public void Too_long_a_file_or_method_is_seen()
    {
        var file = new SourceFile("src/A.cs", $"class A\n{{\n    void M()\n    {{\n{string.Concat(Enumerable.Repeat("        B();\n", 58))}    }}\n}}\n");
        SourceRules.TooLong(file, 63).Should().ContainSingle();
        SourceRules.TooLong(file, 64).Should().BeEmpty();
        SourceRules.LongMethods(file, LongestMethod).Should().ContainSingle();
        SourceRules.LongMethods(file, 61).Should().BeEmpty();
    }

    [Fact]
    public void The_composition_root_stays_small() => Repository.Source.Single(static f => f.Path == "src/Gateway/Program.cs").Lines.Should().BeLessThanOrEqualTo(80);

    private static IEnumerable<SourceFile> All => Repository.Source.Concat(Repository.Tests);

    private static IEnumerable<string> Breaches(IEnumerable<SourceFile> files, Func<SourceFile, IEnumerable<string>> rule) => files.SelectMany(rule);
}
