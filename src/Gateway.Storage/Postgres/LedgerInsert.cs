using Gateway.Core.Stores;
using Gateway.Storage.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.Storage.Postgres;

/// <summary>Writes a batch as one statement, which is one transaction and one round trip: each column is an array. One caller at a time; the arrays are kept for the next batch.</summary>
internal sealed class LedgerInsert : ILedgerValues
{
    private static readonly string Statement =
        $"INSERT INTO ledger ({LedgerColumns.All}) SELECT * FROM unnest({LedgerColumns.NumberedMarks}) ON CONFLICT (attempt_id) DO NOTHING";

    private readonly List<object> _columns = new(LedgerColumns.Count);
    private int _column;

    /// <summary>All rows or none. Where the answer does not arrive the rows may be there: writing them again is harmless.</summary>
    /// <returns>How many were new.</returns>
    public async Task<int> WriteAsync(NpgsqlConnection connection, IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        Clear();
        for (var i = 0; i < rows.Count; i++)
        {
            _column = 0;
            LedgerValues.Write(rows[i], this);
        }
        await using var command = new NpgsqlCommand(Statement, connection);
        foreach (var column in _columns)
            command.Parameters.Add(new() { Value = column, NpgsqlDbType = NpgsqlDbType.Array | (column is List<string?> ? NpgsqlDbType.Text : NpgsqlDbType.Bigint) });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    void ILedgerValues.Text(string? value) => Next<string?>().Add(value is null ? null : PostgresText.Storable(value));

    void ILedgerValues.Integer(long value) => Next<long>().Add(value);

    void ILedgerValues.OptionalInteger(long? value) => Next<long?>().Add(value);

    /// <summary>The first row ever written says which column is of which type.</summary>
    private List<T> Next<T>()
    {
        if (_column == _columns.Count)
            _columns.Add(new List<T>());
        return (List<T>)_columns[_column++];
    }

    private void Clear()
    {
        foreach (var column in _columns)
            ((System.Collections.IList)column).Clear();
    }
}
