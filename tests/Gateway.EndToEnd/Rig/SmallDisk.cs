namespace Gateway.EndToEnd.Rig;

/// <summary>A file system that can be filled up: memory of a fixed size, mounted for one test. Whoever may not mount is skipped.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static async Task<SmallDisk> MountAsync(int mebibytes)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Places.Program("mount") is not null, "needs the right to mount a small file system: run as root");
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("gateway-disk-").FullName);
        var (code, said) = await ChildProcess.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", disk.Path]);
        if (code != 0)
            Directory.Delete(disk.Path);
        Skip.IfNot(code == 0, $"cannot mount a small file system: {said}");
        return disk;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Takes all the room there is; ends with what is returned.</summary>
    public IDisposable Fill()
    {
        var ballast = new FileStream(File("ballast"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        var block = new byte[4096];
        try
        {
            while (true)
                ballast.Write(block);
        }
        catch (IOException)
        {
            // That is what is wanted: not a page is left.
            return ballast;
        }
    }

    /// <summary>From now on nothing can be written; nobody may have a file of it open for writing.</summary>
    public async Task MakeReadOnlyAsync()
    {
        var (code, said) = await ChildProcess.RunAsync("mount", ["-o", "remount,ro", Path]);
        if (code != 0)
            throw new IOException($"cannot make {Path} read-only: {said}");
    }

    public async ValueTask DisposeAsync()
    {
        var (code, said) = await ChildProcess.RunAsync("umount", [Path]);
        if (code != 0)
            throw new IOException($"cannot unmount {Path}: {said}");
        Directory.Delete(Path);
    }
}
