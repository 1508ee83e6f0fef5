using System.Data.Common;
using Gateway.Core.Stores;
using Gateway.Storage.Ledger;

namespace Gateway.Storage.Entities;

/// <summary>One change inside a transaction that the store has begun, and that it commits or rolls back.</summary>
internal sealed class EntityWriter(DbConnection connection, DbTransaction transaction)
{
    /// <returns>A conflict has to be rolled back: it has taken a number of the sequence.</returns>
    public async Task<EntityWritten> WriteAsync(EntityChange change, CancellationToken cancellationToken)
    {
        long sequence;
        await using (var next = Command(EntitySql.NextSequence))
            sequence = (long)(await next.ExecuteScalarAsync(cancellationToken))!;
        var before = await OneAsync(change, cancellationToken);
        if ((before?.Revision ?? EntityChange.Absent) != change.Expected || (before is null && change.Document is null))
            return new(false, before, 0);
        var at = LedgerColumns.FromMicros(LedgerColumns.ToMicros(change.At));
        var after = change.Document is null ? null : new Entity
        {
            Kind = change.Kind,
            Name = change.Name,
            Document = change.Document,
            Hidden = change.Hidden,
            Revision = sequence,
            CreatedAt = before?.CreatedAt ?? at,
            UpdatedAt = at,
        };
        await StoreAsync(change, after, cancellationToken);
        if (change.Version is { } version)
            await AddAsync(version, cancellationToken);
        await AuditAsync(change, sequence, before, after, cancellationToken);
        return new(true, after, sequence);
    }

    private async Task<Entity?> OneAsync(EntityChange change, CancellationToken cancellationToken)
    {
        await using var command = Command(EntitySql.One, ("@kind", change.Kind), ("@name", change.Name));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? EntitySql.Read(reader) : null;
    }

    private async Task StoreAsync(EntityChange change, Entity? after, CancellationToken cancellationToken)
    {
        await using var command = after is null
            ? Command(EntitySql.Remove, ("@kind", change.Kind), ("@name", change.Name))
            : Command(EntitySql.Put, ("@kind", after.Kind), ("@name", after.Name), ("@document", after.Document), ("@hidden", after.Hidden), ("@revision", after.Revision),
                ("@created_at", LedgerColumns.ToMicros(after.CreatedAt)), ("@updated_at", LedgerColumns.ToMicros(after.UpdatedAt)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task AddAsync(PromptVersionRow version, CancellationToken cancellationToken)
    {
        await using var command = Command(EntitySql.AddVersion, ("@prompt", version.Prompt), ("@version", version.Head.Version), ("@document", version.Document),
            ("@author", version.Head.Author), ("@message", version.Head.Message), ("@created_at", LedgerColumns.ToMicros(version.Head.CreatedAt)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task AuditAsync(EntityChange change, long sequence, Entity? before, Entity? after, CancellationToken cancellationToken)
    {
        await using var command = Command(
            EntitySql.Audit,
            ("@id", sequence), ("@at", LedgerColumns.ToMicros(change.At)), ("@actor", change.By.Name), ("@role", change.By.Role),
            ("@remote_address", change.By.RemoteAddress), ("@request_id", change.By.RequestId), ("@action", change.Action),
            ("@kind", change.Kind), ("@name", change.Name), ("@before", before?.Document), ("@after", after?.Document));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private DbCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) => EntitySql.Command(connection, transaction, sql, parameters);
}
