namespace Gateway.EndToEnd.Rig;

/// <summary>A file system that becomes read-only under whoever has files of it open, as ext4 does when its disk fails: from then on what was not on the disk yet is nowhere. Whoever may not mount is skipped.</summary>
public sealed class FailingDisk : IAsyncDisposable
{
    private const int Mebibytes = 64;

    private readonly TempFolder _folder = new();
    private bool _isMounted;

    private string Image => _folder.File("image");

    private string Path => _folder.File("disk");

    public static async Task<FailingDisk> MountAsync()
    {
        string[] programs = ["mount", "mkfs.ext4"];
        var missing = programs.Where(static p => Places.Program(p) is null).ToArray();
        Skip.If(!OperatingSystem.IsLinux() || missing.Length > 0, $"{string.Join(", ", missing)} not installed; run: apt-get install mount e2fsprogs");
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs the right to mount a file system: run as root");
        var disk = new FailingDisk();
        Directory.CreateDirectory(disk.Path);
        await using (var image = System.IO.File.Create(disk.Image))
            image.SetLength(Mebibytes * 1024L * 1024L);
        var (code, said) = await ChildProcess.RunAsync("mkfs.ext4", ["-q", disk.Image]);
        if (code == 0)
            (code, said) = await disk.AttachAsync();
        if (code != 0)
            await disk.DisposeAsync();
        Skip.IfNot(code == 0, $"cannot mount a file system of a file: {said}");
        return disk;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Everything written so far is on the disk, and nothing after it will be.</summary>
    public async Task BreakAsync()
    {
        Require(await ChildProcess.RunAsync("sync", ["-f", Path]));
        Require(await ChildProcess.RunAsync("mount", ["-o", "remount,abort", Path]));
    }

    /// <summary>As after a repair and a new start of the machine; nobody may have a file of it open.</summary>
    public async Task RepairAsync()
    {
        await DetachAsync();
        Require(await AttachAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
            await DetachAsync();
        _folder.Dispose();
    }

    private static void Require((int Code, string Said) end)
    {
        if (end.Code != 0)
            throw new IOException(end.Said);
    }

    private async Task<(int Code, string Said)> AttachAsync()
    {
        var end = await ChildProcess.RunAsync("mount", ["-o", "loop", Image, Path]);
        _isMounted = end.Code == 0;
        return end;
    }

    private async Task DetachAsync()
    {
        Require(await ChildProcess.RunAsync("umount", [Path]));
        _isMounted = false;
    }
}
