using System.Globalization;
using Gateway.Core.Stores;

namespace Gateway.Storage.Sqlite;

/// <summary>Puts a backup in the place of a database that nobody has open.</summary>
public static class SqliteRestore
{
    /// <summary>The files a database consists of while it is open, or after a kill.</summary>
    private static readonly string[] Parts = ["", "-wal", "-shm"];

    /// <summary>
    /// The backup is copied, brought to this program's schema and checked before anything is replaced; what was there before keeps its name with an ending. Killed in between, the old
    /// database stands either where it was or beside.
    /// </summary>
    /// <returns>Where the database that was there stands now; null where there was none.</returns>
    /// <exception cref="StoreException">The backup is missing, no database of the gateway, damaged, or needs a newer program; nothing was replaced.</exception>
    public static async Task<string?> RunAsync(string backup, string path, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!File.Exists(backup))
            throw new StoreException($"There is no file {backup}.");
        var copy = path + ".restoring";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Remove(copy);
        File.Copy(backup, copy);
        try
        {
            await CheckAsync(backup, copy, cancellationToken);
        }
        catch
        {
            Remove(copy);
            throw;
        }

        var aside = File.Exists(path) ? string.Create(CultureInfo.InvariantCulture, $"{path}.before-restore-{now.UtcDateTime:yyyyMMdd'T'HHmmssfff}") : null;
        if (aside is not null)
        {
            foreach (var part in Parts.Where(p => File.Exists(path + p)))
                File.Move(path + part, aside + part);
        }

        File.Move(copy, path);
        return aside;
    }

    private static async Task CheckAsync(string backup, string copy, CancellationToken cancellationToken)
    {
        await using var store = new SqliteLedgerStore(copy);
        await store.MigrateAsync(cancellationToken);
        var findings = await store.CheckIntegrityAsync(cancellationToken);
        if (findings.Count > 0)
            throw new StoreException($"{backup} is damaged: {findings[0]}");
    }

    private static void Remove(string path)
    {
        foreach (var part in Parts)
            File.Delete(path + part);
    }
}
