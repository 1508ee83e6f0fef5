namespace Gateway.Storage.Ledger;

/// <summary>Takes the values of a row, one call a column, in the order of <see cref="LedgerColumns.All"/>. A column's type never changes.</summary>
internal interface ILedgerValues
{
    void Text(string? value);

    void Integer(long value);

    void OptionalInteger(long? value);
}
