namespace Gateway.Tests.Money;

/// <summary>Data that stands beside the repository and is never part of it. Tests that need it are skipped where it is not.</summary>
internal static class SharedData
{
    public static string RequireFile(string path)
    {
        var file = Path.Combine(Root("GATEWAY_SHARED", "shared"), path);
        Skip.IfNot(File.Exists(file), $"{file} is not there; set GATEWAY_SHARED to the folder that holds {path}");
        return file;
    }

    public static string RequireRecordings()
    {
        var folder = Root("GATEWAY_RECORDINGS", Path.Combine("shared", "recordings"));
        Skip.IfNot(File.Exists(Path.Combine(folder, "index.jsonl")), $"{folder} has no index.jsonl; set GATEWAY_RECORDINGS to the recorded provider traffic");
        return folder;
    }

    private static string Root(string variable, string besideRepository) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set ? set : Path.Combine(Repository(), "..", besideRepository);

    public static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("no Gateway.sln above the tests");
    }
}
