namespace Gateway.Tests.Config;

/// <summary>Committed files whose content is generated: compared, or written anew when <c>GATEWAY_UPDATE_GENERATED=1</c> is set.</summary>
internal static class Generated
{
    public static void Require(string content, params string[] path)
    {
        var file = Path.Combine([RepositoryFiles.Root, .. path]);
        if (Environment.GetEnvironmentVariable("GATEWAY_UPDATE_GENERATED") == "1")
            File.WriteAllText(file, content);

        (File.Exists(file) ? RepositoryFiles.Read(path) : "").Should().Be(content,
            "{0} is generated: run GATEWAY_UPDATE_GENERATED=1 dotnet test tests/Gateway.Tests --filter Generated", string.Join('/', path));
    }
}
