using System.Reflection;

namespace Gateway.Hosting;

/// <summary>Which build this is.</summary>
internal static class BuildVersion
{
    /// <summary><c>0.1.0</c>, with the revision behind a plus where the build knew it.</summary>
    public static string Text { get; } =
        typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
