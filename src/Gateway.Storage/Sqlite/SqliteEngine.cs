using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Gateway.Storage.Sqlite;

/// <summary>Loads SQLite once per process: the operating system's library where it is newer than the one in the package, else the package's.</summary>
/// <remarks>
/// The package holds 3.35.5 (2021); a distribution's library gets security fixes. Linux only: there the library is built thread-safe and complete by every
/// distribution, and a slim container without it falls back to the package.
/// </remarks>
internal static class SqliteEngine
{
    private const string BundledName = "e_sqlite3";
    private const string SystemName = "libsqlite3.so.0";
    private const int BundledVersion = 3_035_005;

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>The engine that runs, <c>3.40.1</c>. Loads it on first use.</summary>
    public static string Version => Loaded.Value;

    private static string Load()
    {
        if (OperatingSystem.IsLinux())
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
            NativeLibrary.SetDllImportResolver(typeof(RowStatement).Assembly, Resolve);   // the same library for both
        }
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        raw.FreezeProvider();
        // No lock at every call: a connection is used by one thread at a time here. Refused, and of no harm, where the library was in use before.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        // Nor one at every allocation, for statistics that nobody reads.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        return raw.sqlite3_libversion().utf8_to_string();
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        // Zero: .NET goes on to look for the package's own library.
        if (name != BundledName || !NativeLibrary.TryLoad(SystemName, out var system))
            return 0;
        if (IsUsable(system))
            return system;
        NativeLibrary.Free(system);
        return 0;
    }

    private static bool IsUsable(nint library) =>
        Ask(library, "sqlite3_libversion_number") > BundledVersion && Ask(library, "sqlite3_threadsafe") != 0;

    private static int Ask(nint library, string function) =>
        NativeLibrary.TryGetExport(library, function, out var address) ? Marshal.GetDelegateForFunctionPointer<IntegerFunction>(address)() : 0;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int IntegerFunction();
}
