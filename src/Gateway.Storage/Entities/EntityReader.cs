using System.Data.Common;
using System.Text;
using Gateway.Core.Stores;
using Gateway.Storage.Ledger;

namespace Gateway.Storage.Entities;

/// <summary>The queries over entities and their audit, on a connection that the store has opened.</summary>
internal sealed class EntityReader(DbConnection connection, DbTransaction? transaction)
{
    /// <remarks>The sequence is read first: an entity that changes in between is newer than the sequence says, and is read again. In one snapshot the two agree.</remarks>
    public async Task<EntitySet> AllAsync(IReadOnlyList<string> kinds, CancellationToken cancellationToken)
    {
        var sequence = await SequenceAsync(cancellationToken);
        var entities = new List<Entity>();
        foreach (var kind in kinds.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            await using var command = EntitySql.Command(connection, transaction, $"SELECT {EntitySql.Columns} FROM entity WHERE kind = @kind ORDER BY name", ("@kind", kind));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                entities.Add(EntitySql.Read(reader));
        }
        return new(sequence, entities);
    }

    public async Task<Entity?> OneAsync(string kind, string name, CancellationToken cancellationToken)
    {
        await using var command = EntitySql.Command(connection, transaction, EntitySql.One, ("@kind", kind), ("@name", name));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? EntitySql.Read(reader) : null;
    }

    public async Task<IReadOnlyList<PromptVersionRow>> VersionsAsync(IReadOnlyList<PromptVersionRange> ranges, CancellationToken cancellationToken)
    {
        var versions = new List<PromptVersionRow>();
        foreach (var range in ranges)
        {
            await using var command = EntitySql.Command(connection, transaction, EntitySql.Versions, ("@prompt", range.Prompt), ("@first", range.First), ("@last", range.Last));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                versions.Add(new(range.Prompt, EntitySql.ReadHead(reader), reader.GetString(4)));
        }
        return versions;
    }

    public async Task<IReadOnlyList<PromptVersionHead>> VersionHeadsAsync(string prompt, int below, int limit, CancellationToken cancellationToken)
    {
        var heads = new List<PromptVersionHead>();
        await using var command = EntitySql.Command(connection, transaction, EntitySql.VersionHeads, ("@prompt", prompt), ("@below", below), ("@limit", limit));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            heads.Add(EntitySql.ReadHead(reader));
        return heads;
    }

    public async Task<long> SequenceAsync(CancellationToken cancellationToken)
    {
        await using var command = EntitySql.Command(connection, transaction, EntitySql.Sequence);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<AuditPage> AuditAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        var sql = new StringBuilder("SELECT id, at, actor, role, remote_address, request_id, action, kind, name, before, after FROM audit WHERE TRUE");
        if (query.Kind is not null)
            sql.Append(" AND kind = @kind");
        if (query.Name is not null)
            sql.Append(" AND name = @name");
        if (query.Actor is not null)
            sql.Append(" AND actor = @actor");
        if (query.Before is not null)
            sql.Append(" AND id < @before");
        sql.Append(" ORDER BY id DESC LIMIT @limit");
        await using var command = EntitySql.Command(connection, transaction, sql.ToString(), ("@limit", query.Limit + 1L));
        (string Name, object? Value)[] filters = [("@kind", query.Kind), ("@name", query.Name), ("@actor", query.Actor), ("@before", query.Before)];
        foreach (var (name, value) in filters.Where(static f => f.Value is not null))
            EntitySql.Add(command, name, value);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<AuditEntry>();
        while (entries.Count < query.Limit && await reader.ReadAsync(cancellationToken))
            entries.Add(Entry(reader));
        return new(entries, entries.Count == query.Limit && await reader.ReadAsync(cancellationToken) ? entries[^1].Id : null);
    }

    private static AuditEntry Entry(DbDataReader reader) => new()
    {
        Id = reader.GetInt64(0),
        At = LedgerColumns.FromMicros(reader.GetInt64(1)),
        By = new(reader.GetString(2), reader.GetString(3), Text(reader, 4), reader.GetString(5)),
        Action = reader.GetString(6),
        Kind = reader.GetString(7),
        Name = reader.GetString(8),
        Before = Text(reader, 9),
        After = Text(reader, 10),
    };

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
