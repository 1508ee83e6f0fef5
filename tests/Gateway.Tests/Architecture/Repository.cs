namespace Gateway.Tests.Architecture;

/// <summary>The repository's own files, as the rules see them.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "node_modules", "run"];

    /// <summary>The folder that holds Gateway.sln.</summary>
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Source { get; } = [.. ReadCode("src")];

    public static IReadOnlyList<SourceFile> Tests { get; } = [.. ReadCode("tests")];

    /// <summary>Paths below the root, with forward slashes; build output and packages left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        var start = Path.Combine(Root, folder);
        return !Directory.Exists(start) ? [] : Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
            .Select(static f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(static f => !f.Split('/').Intersect(Generated).Any())
            .Order(StringComparer.Ordinal);
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<SourceFile> ReadCode(string folder) => Files(folder, "*.cs").Select(static f => new SourceFile(f, Read(f)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"no Gateway.sln above {AppContext.BaseDirectory}");
    }
}
