using System.Globalization;

namespace Gateway.Hosting;

/// <summary>
/// How many clients may be connected: fewer than the process may open files for. A process without a descriptor can neither connect to an upstream nor extend its journal, and a runtime
/// that cannot load an assembly then ends it.
/// </summary>
internal static class ConnectionLimit
{
    /// <summary>Envoy's value for the edge.</summary>
    public const int Most = 50_000;

    /// <summary>Descriptors that are no connection's: about 190 after the start (assemblies, pipes, the store, the journal), and room for the store's further sessions.</summary>
    private const int Reserve = 256;

    /// <summary>With fewer nobody could see what is wrong.</summary>
    private const int Least = 32;

    private const string Limits = "/proc/self/limits";
    private const string OpenFiles = "Max open files";

    /// <summary>For this process, as it was started. (The runtime has raised the soft limit to the hard one by then.)</summary>
    public static int OfProcess() => For(Files);

    /// <summary>Files that this process may have open; null: not known, or any number.</summary>
    public static long? Files => File.Exists(Limits) ? Read(File.ReadLines(Limits)) : null;

    /// <param name="files">Files that may be open; null: not known, or any number.</param>
    /// <remarks>Each client may need one more descriptor, for its upstream.</remarks>
    public static int For(long? files) => files is { } most ? (int)Math.Clamp((most - Reserve) / 2, Least, Most) : Most;

    /// <param name="limits">The lines of <c>/proc/self/limits</c>: <c>Max open files            1024                 4096                 files</c>.</param>
    /// <returns>The soft limit; null where there is none.</returns>
    public static long? Read(IEnumerable<string> limits)
    {
        var line = limits.FirstOrDefault(static l => l.StartsWith(OpenFiles, StringComparison.Ordinal));
        var soft = line?[OpenFiles.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? files : null;
    }
}
