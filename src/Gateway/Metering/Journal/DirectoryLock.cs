using System.Globalization;
using Gateway.Core.Stores;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Metering.Journal;

/// <summary>Keeps a second process out of a journal's directory for as long as this one lives; a killed process gives it up.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly SafeFileHandle _file;

    private DirectoryLock(SafeFileHandle file) => _file = file;

    /// <exception cref="StoreException">Another process has the directory, or it cannot be written.</exception>
    public static DirectoryLock Take(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var file = Open(Path.Combine(directory, "lock"), directory);
            // In a file of its own: the locked one cannot even be read by others.
            File.WriteAllText(PidOf(directory), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The ledger's journal {directory} cannot be written: {error.Message}", error);
        }
    }

    public void Dispose() => _file.Dispose();

    private static SafeFileHandle Open(string path, string directory)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX): the kernel gives it back when the process ends, however it ends.
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new StoreException($"The ledger's journal {directory} is in use by {Holder(directory)}: every instance needs a store of its own.", error);
        }
    }

    private static string Holder(string directory) =>
        File.Exists(PidOf(directory)) ? $"process {File.ReadAllText(PidOf(directory))}" : "another process";

    private static string PidOf(string directory) => Path.Combine(directory, "pid");
}
