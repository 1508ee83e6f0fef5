using System.Net;
using System.Text;

namespace Gateway.EndToEnd.Rig;

/// <summary>The one name that a program knows, and where it leads: an /etc/hosts of its own, read by the system's resolver at every look-up. Nobody else's names change, and nobody is asked.</summary>
public sealed class NameTable
{
    public const string Name = "provider.test";

    // Each over its file of the same name; then the program. What is mounted here, no other process sees.
    private const string Shell = "mount --bind \"$1\" /etc/hosts && mount --bind \"$2\" /etc/nsswitch.conf && shift 2 && exec \"$@\"";

    private readonly string _hosts;

    private NameTable(string hosts, IReadOnlyList<string> command)
    {
        _hosts = hosts;
        Around = new(command);
    }

    /// <summary>What to start the program in.</summary>
    public Surroundings Around { get; }

    /// <summary>Skips the test where a process may have no mounts of its own.</summary>
    public static async Task<NameTable> CreateAsync(TempFolder folder, IPAddress address)
    {
        Skip.If(!OperatingSystem.IsLinux() || Places.Program("unshare") is null || Places.Program("bash") is null, "needs unshare and bash: apt-get install util-linux bash");
        var (hosts, order) = (folder.File("hosts"), folder.File("nsswitch.conf"));
        await File.WriteAllTextAsync(order, "hosts: files\n");
        string[] rights = Environment.IsPrivilegedProcess ? [] : ["--map-root-user"];
        var table = new NameTable(hosts, [Places.Program("unshare")!, "--mount", .. rights, Places.Program("bash")!, "-c", Shell, "bash", hosts, order]);
        table.Lead(address);
        await using var trial = ChildProcess.Start(table.Around.Command[0], [.. table.Around.Command.Skip(1), "true"], folder.Path);
        var code = await trial.ExitCodeAsync(TimeSpan.FromSeconds(10));
        Skip.IfNot(code == 0, $"needs the right to mount in a namespace of its own, as root has it: {trial.Errors}");
        return table;
    }

    /// <summary>From the next look-up on.</summary>
    public void Lead(IPAddress address)
    {
        // In one write of one length into the same file: no reader finds it empty, and the mount stays.
        using var file = new FileStream(_hosts, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(Encoding.ASCII.GetBytes($"{address,-15} {Name}\n"));
    }
}
