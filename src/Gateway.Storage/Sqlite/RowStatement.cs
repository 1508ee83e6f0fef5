using System.Runtime.InteropServices;
using System.Text;
using Gateway.Storage.Ledger;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Storage.Sqlite;

/// <summary>The statement that writes one row. One thread at a time.</summary>
/// <remarks>
/// It speaks to SQLite past the package: what a handle of .NET's costs at each of the ten calls a row takes is a third of what SQLite does with the row. A parameter keeps its value, and most values of
/// a row are those of its predecessor: only the others are bound. Texts stand in memory of ours, one place a parameter, from where SQLite reads them when the statement runs.
/// </remarks>
internal sealed partial class RowStatement(sqlite3_stmt statement) : ILedgerValues, IDisposable
{
    /// <summary>Bytes that a text's place has at first: an id fits.</summary>
    private const int FirstRoom = 64;

    private const string Library = "e_sqlite3";

    /// <summary>What stands in each parameter.</summary>
    private readonly Bound[] _bound = new Bound[LedgerColumns.Count];
    private readonly nint _statement = statement.DangerousGetHandle();   // released by Dispose alone
    private int _parameter;

    /// <summary>The values that come next are a new row's.</summary>
    public void Begin() => _parameter = 0;

    /// <summary>Writes the row.</summary>
    /// <returns>SQLite's result code, <c>SQLITE_DONE</c> where all is well.</returns>
    public int Run()
    {
        var result = Step(_statement);
        // Reset repeats the step's result; the step's own is the one that counts.
        _ = Reset(_statement);
        return result;
    }

    public void Integer(long value)
    {
        ref var bound = ref _bound[_parameter++];
        if (bound.Kind == Kind.Integer && bound.Value == value)
            return;
        bound.Kind = Kind.None;
        Check(BindInteger(_statement, _parameter, value));
        (bound.Kind, bound.Value) = (Kind.Integer, value);
    }

    public void OptionalInteger(long? value)
    {
        if (value is { } integer)
            Integer(integer);
        else
            Null();
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            Null();
            return;
        }
        ref var bound = ref _bound[_parameter++];
        // The same string, not one that is equal: names come as one string for all rows.
        if (bound.Kind == Kind.Text && ReferenceEquals(bound.Text, value))
            return;
        bound.Kind = Kind.None;
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (bound.Bytes is null || bound.Bytes.Length < most)
        {
            // Nothing may point to the place that is given up.
            Check(BindNull(_statement, _parameter));
            bound.Bytes = GC.AllocateUninitializedArray<byte>(Math.Max(most, FirstRoom), pinned: true);
        }
        var length = Encoding.UTF8.GetBytes(value, bound.Bytes);
        Check(BindText(_statement, _parameter, in MemoryMarshal.GetArrayDataReference(bound.Bytes), length, 0));
        (bound.Kind, bound.Text) = (Kind.Text, value);
    }

    public void Dispose() => statement.Dispose();

    private void Null()
    {
        ref var bound = ref _bound[_parameter++];
        if (bound.Kind == Kind.Null)
            return;
        bound.Kind = Kind.None;
        Check(BindNull(_statement, _parameter));
        bound.Kind = Kind.Null;
    }

    private static void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            throw new SqliteException("a value of a row could not be bound", result);
    }

    private enum Kind : byte
    {
        None, Null, Integer, Text,
    }

    private struct Bound
    {
        public Kind Kind;
        public long Value;
        public string? Text;
        /// <summary>The text's UTF-8, pinned for life.</summary>
        public byte[]? Bytes;
    }

    // Those that bind only note a value, in less time than telling the garbage collector of the call would take.

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    private static partial int BindInteger(nint statement, int parameter, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    private static partial int BindNull(nint statement, int parameter);

    /// <param name="release">0 (<c>SQLITE_STATIC</c>): the text stays where it is until the parameter is bound anew.</param>
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text"), SuppressGCTransition]
    private static partial int BindText(nint statement, int parameter, in byte text, int bytes, nint release);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    private static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    private static partial int Reset(nint statement);
}
