using System.Reflection;

namespace Gateway.EndToEnd.Rig;

/// <summary>A folder of its own for one test, gone with it.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gateway-e2e-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Where the parts under test lie.</summary>
public static class Places
{
    public static string RepositoryRoot { get; } = typeof(Places).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static a => a.Key == "RepositoryRoot").Value!;

    /// <summary>The gateway that was built with the tests.</summary>
    public static string GatewayDll { get; } = Path.Combine(AppContext.BaseDirectory, "Gateway.dll");

    /// <summary>The published program that GATEWAY_PROGRAM names: what is shipped is tested (.ci/run). Null: <see cref="GatewayDll"/> is.</summary>
    public static string? GatewayProgram { get; } = Environment.GetEnvironmentVariable("GATEWAY_PROGRAM") is { Length: > 0 } path ? path : null;

    public static string FakeUpstreamDll { get; } = Path.Combine(AppContext.BaseDirectory, "Gateway.FakeUpstream.dll");

    /// <summary>Where a program of the system is; null where it is not installed.</summary>
    public static string? Program(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(["/usr/sbin", "/usr/local/sbin"]).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
