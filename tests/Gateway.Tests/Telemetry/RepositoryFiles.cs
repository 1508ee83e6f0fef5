namespace Gateway.Tests.Telemetry;

/// <summary>Files of the repository the tests run from.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? folder) =>
        folder is null ? throw new DirectoryNotFoundException("no Gateway.sln above the tests")
        : File.Exists(Path.Combine(folder.FullName, "Gateway.sln")) ? folder.FullName
        : Find(folder.Parent);
}
