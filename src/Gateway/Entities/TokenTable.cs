using System.Text.Json;
using Gateway.Auth;
using Gateway.Core.Stores;
using Gateway.Hosting;

namespace Gateway.Entities;

/// <summary>The admin tokens in force, by the digest of their secret; read again when the store's entities change.</summary>
internal sealed class TokenTable(SnapshotSwitch snapshots)
{
    private sealed record Table(EntitySet Of, Dictionary<string, AdminPrincipal> ByHash);

    private Table? _table;

    /// <param name="hash">SHA-256 of the presented token, in lower-case hexadecimal: whoever could learn how far two digests agree could not choose one.</param>
    public AdminPrincipal? Find(string hash)
    {
        var (entities, table) = (snapshots.Entities, Volatile.Read(ref _table));
        if (table?.Of != entities)
            Volatile.Write(ref _table, table = new(entities, Read(entities)));
        return table.ByHash.GetValueOrDefault(hash);
    }

    /// <summary>A token that cannot be read lets nobody in.</summary>
    private static Dictionary<string, AdminPrincipal> Read(EntitySet entities)
    {
        var tokens = new Dictionary<string, AdminPrincipal>(StringComparer.Ordinal);
        foreach (var entity in entities.Entities.Where(static e => e.Kind == EntityKinds.Token))
        {
            if (Token(entity) is { } token && StoredKey.Parse(entity.Hidden) is { Hash: { } hash })
                tokens[hash] = new($"token:{token.Name}", token.Role, token.Role == AdminRoles.Manager ? token.Teams : null);
        }
        return tokens;
    }

    private static AdminToken? Token(Entity entity)
    {
        try
        {
            using var document = JsonDocument.Parse(entity.Document);
            return EntityBinder.StoredToken(document.RootElement);
        }
        catch (JsonException)
        {
            return null;   // somebody changed the database by hand: the list of tokens shows it, and the others work on
        }
    }
}
