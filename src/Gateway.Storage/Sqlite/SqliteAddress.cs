namespace Gateway.Storage.Sqlite;

/// <param name="Path">The database file, relative to the directory the gateway was started in.</param>
public sealed record SqliteAddress(string Path) : StoreAddress
{
    public override string ToString() => $"sqlite:{Path}";
}
