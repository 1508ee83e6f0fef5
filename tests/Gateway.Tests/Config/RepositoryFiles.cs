namespace Gateway.Tests.Config;

/// <summary>Files of the repository, found from where the tests run.</summary>
internal static class RepositoryFiles
{
    public static readonly string Root = FindRoot();

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path])).ReplaceLineEndings("\n");

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Gateway.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("no Gateway.sln above the tests");
    }
}
