namespace Gateway.Hosting;

/// <summary>Reads the <c>store</c> of the configuration.</summary>
internal static class StorePath
{
    private const string Sqlite = "sqlite:";

    /// <param name="store"><c>sqlite:PATH</c>; validation lets nothing else through.</param>
    public static string OfSqlite(string store) => store.StartsWith(Sqlite, StringComparison.Ordinal)
        ? store[Sqlite.Length..]
        : throw new ArgumentException($"'{store}' is not sqlite:PATH", nameof(store));
}
