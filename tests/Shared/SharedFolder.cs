namespace Gateway.TestSupport;

/// <summary>Specifications and recordings that live beside the repository and are read in place, never copied into it.</summary>
internal static class SharedFolder
{
    /// <summary><c>GATEWAY_SHARED</c>, else <c>../shared</c> beside the repository's root.</summary>
    public static string Root { get; } = Environment.GetEnvironmentVariable("GATEWAY_SHARED") is { Length: > 0 } configured
        ? configured
        : Path.Combine(RepositoryRoot(), "..", "shared");

    /// <summary><c>GATEWAY_RECORDINGS</c>, else the shared folder's <c>recordings</c>.</summary>
    public static string Recordings { get; } = Environment.GetEnvironmentVariable("GATEWAY_RECORDINGS") is { Length: > 0 } configured
        ? configured
        : Path.Combine(Root, "recordings");

    /// <summary>The folder that holds Gateway.sln.</summary>
    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"no Gateway.sln above {AppContext.BaseDirectory}");
    }
}
