using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Metering.Journal;

/// <summary>Waits until the disk has a file's data.</summary>
internal static partial class DiskFlush
{
    /// <summary>Data without times: on Linux <c>fdatasync</c>, which takes the pages dirtied through a mapping along.</summary>
    /// <exception cref="IOException">The disk refused. What it holds now is unknown: a second try that succeeds proves nothing.</exception>
    public static void Data(SafeFileHandle file, SegmentMapping mapping)
    {
        if (!OperatingSystem.IsLinux())
        {
            mapping.Flush();
            RandomAccess.FlushToDisk(file);
            return;
        }
        while (FDataSync(file) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                throw new IOException($"fdatasync failed: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    private const int Interrupted = 4; // EINTR

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);
}
