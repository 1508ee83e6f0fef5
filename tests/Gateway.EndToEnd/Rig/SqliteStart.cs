using System.Runtime.CompilerServices;
using Gateway.Storage.Sqlite;

namespace Gateway.EndToEnd.Rig;

/// <summary>Loads the product's SQLite engine before any test does something with a file.</summary>
/// <remarks>Tests use the product's migrator and the bare driver, which loads an engine of its own where there is none: two that begin at the same time in one process are a crash.</remarks>
internal static class SqliteStart
{
    [ModuleInitializer]
    internal static void Load() => _ = SqliteEngine.Version;
}
