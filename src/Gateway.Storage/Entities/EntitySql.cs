using System.Data.Common;
using Gateway.Core.Stores;
using Gateway.Storage.Ledger;

namespace Gateway.Storage.Entities;

/// <summary>The statements over entities, in words that SQLite and PostgreSQL share.</summary>
internal static class EntitySql
{
    public const string Columns = "kind, name, document, hidden, revision, created_at, updated_at";

    /// <summary>Takes the lock that puts changes in an order, and the next number of it.</summary>
    public const string NextSequence = "UPDATE entity_sequence SET value = value + 1 WHERE id = 1 RETURNING value";

    public const string Sequence = "SELECT value FROM entity_sequence WHERE id = 1";

    public const string One = $"SELECT {EntitySql.Columns} FROM entity WHERE kind = @kind AND name = @name";

    public const string Put = $"""
        INSERT INTO entity ({EntitySql.Columns}) VALUES (@kind, @name, @document, @hidden, @revision, @created_at, @updated_at)
        ON CONFLICT (kind, name) DO UPDATE SET document = excluded.document, hidden = excluded.hidden, revision = excluded.revision, updated_at = excluded.updated_at
        """;

    public const string Remove = "DELETE FROM entity WHERE kind = @kind AND name = @name";

    public const string Audit = """
        INSERT INTO audit (id, at, actor, role, remote_address, request_id, action, kind, name, before, after)
        VALUES (@id, @at, @actor, @role, @remote_address, @request_id, @action, @kind, @name, @before, @after)
        """;

    public const string AddVersion = """
        INSERT INTO prompt_version (prompt, version, document, author, message, created_at) VALUES (@prompt, @version, @document, @author, @message, @created_at)
        """;

    public const string Versions = "SELECT version, author, message, created_at, document FROM prompt_version WHERE prompt = @prompt AND version BETWEEN @first AND @last ORDER BY version";

    public const string VersionHeads = "SELECT version, author, message, created_at FROM prompt_version WHERE prompt = @prompt AND version < @below ORDER BY version DESC LIMIT @limit";

    public static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // The text is a constant, or one with the names of parameters appended.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
            Add(command, name, value);
        return command;
    }

    public static void Add(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        // PostgreSQL cannot tell the type of a null by itself.
        if (value is null)
            parameter.DbType = System.Data.DbType.String;
        command.Parameters.Add(parameter);
    }

    public static Entity Read(DbDataReader reader) => new()
    {
        Kind = reader.GetString(0),
        Name = reader.GetString(1),
        Document = reader.GetString(2),
        Hidden = reader.IsDBNull(3) ? null : reader.GetString(3),
        Revision = reader.GetInt64(4),
        CreatedAt = LedgerColumns.FromMicros(reader.GetInt64(5)),
        UpdatedAt = LedgerColumns.FromMicros(reader.GetInt64(6)),
    };

    /// <summary>From the first columns of <see cref="Versions"/> and <see cref="VersionHeads"/>.</summary>
    public static PromptVersionHead ReadHead(DbDataReader reader) =>
        new(reader.GetInt32(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), LedgerColumns.FromMicros(reader.GetInt64(3)));
}
