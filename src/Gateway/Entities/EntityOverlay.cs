using System.Text.Json;
using Gateway.Config;
using Gateway.Core.Stores;

namespace Gateway.Entities;

/// <summary>One configuration of the file's and the store's entries. The file wins; what the store has and cannot be used is left out, and never takes the rest down.</summary>
internal sealed class EntityOverlay
{
    private readonly List<string> _skipped = [];
    private readonly HashSet<KeyHash> _hashes;
    private readonly GatewayConfig _file;

    private EntityOverlay(GatewayConfig file)
    {
        _file = file;
        _hashes = [.. file.Keys.Select(static k => k.Hash)];
    }

    /// <param name="now">Which raises are in force.</param>
    /// <param name="skipped">One sentence for each entity that is left out.</param>
    public static GatewayConfig Apply(GatewayConfig file, IReadOnlyList<Entity> entities, DateTimeOffset now, out IReadOnlyList<string> skipped)
    {
        skipped = [];
        if (entities.Count == 0)
            return file;
        var overlay = new EntityOverlay(file);
        var config = file with { Teams = [.. file.Teams, .. overlay.Teams(entities)] };
        config = config with { Keys = [.. file.Keys, .. overlay.Keys(entities, new EntityBinder(config))] };
        config = new RaiseOverlay(overlay.Raises(entities, config, now)).Apply(config);
        skipped = overlay._skipped;
        return config;
    }

    private List<TeamConfig> Teams(IReadOnlyList<Entity> entities)
    {
        var (names, teams) = (_file.Teams.Select(static t => t.Name).ToHashSet(StringComparer.Ordinal), new List<TeamConfig>());
        foreach (var entity in entities.Where(static e => e.Kind == EntityKinds.Team))
        {
            if (!names.Add(entity.Name))
                Skip(entity, "the configuration file has a team of this name, which wins");
            else if (Read(entity) is { } document && EntityBinder.Team(document, out var errors) is var team)
                Take(entity, team, errors, teams);
        }
        return teams;
    }

    private List<KeyConfig> Keys(IReadOnlyList<Entity> entities, EntityBinder binder)
    {
        var (names, keys) = (_file.Keys.Select(static k => k.Name).ToHashSet(StringComparer.Ordinal), new List<KeyConfig>());
        foreach (var entity in entities.Where(static e => e.Kind == EntityKinds.Key))
        {
            if (!names.Add(entity.Name))
                Skip(entity, "the configuration file has a key of this name, which wins");
            else if (Read(entity) is { } document && Hidden(entity) is { } hidden)
                Add(entity, binder.Key(document, hidden.Hash, out var errors), errors, hidden, keys);
        }
        return keys;
    }

    private List<BudgetRaise> Raises(IReadOnlyList<Entity> entities, GatewayConfig config, DateTimeOffset now)
    {
        var raises = new List<BudgetRaise>();
        foreach (var entity in entities.Where(static e => e.Kind == EntityKinds.Raise))
        {
            if (Read(entity) is not { } document)
                continue;
            var raise = EntityBinder.Raise(document, out var errors);
            if (raise is not null && !(raise.Until > now))
                continue;
            if (raise is not null && !RaiseOverlay.BudgetsOf(config, raise.OwnerKind, raise.Owner).Any(raise.Raises))
                Skip(entity, "there is no such budget any more");
            else
                Take(entity, raise, errors, raises);
        }
        return raises;
    }

    private void Add(Entity entity, KeyConfig? bound, IReadOnlyList<ConfigError> errors, StoredKey hidden, List<KeyConfig> keys)
    {
        if (bound is not null && !_hashes.Add(bound.Hash))
        {
            Skip(entity, "another key has the same secret");
            return;
        }
        Take(entity, bound is null ? null : bound with { Blocked = hidden.Blocked }, errors, keys);
        // The key before the last rotation is the same owner with another secret, which expires.
        if (bound is not null && hidden is { PreviousHash: { } hex, PreviousUntil: { } until } && KeyHash.TryParse(hex, out var previous) && _hashes.Add(previous))
            keys.Add(bound with { Hash = previous, Expires = bound.Expires < until ? bound.Expires : until, Blocked = hidden.Blocked });
    }

    private void Take<T>(Entity entity, T? bound, IReadOnlyList<ConfigError> errors, List<T> list)
        where T : class
    {
        if (bound is not null)
            list.Add(bound);
        else
            Skip(entity, string.Join("; ", errors.Select(static e => $"{e.Path}: {e.Message}")));
    }

    private JsonElement? Read(Entity entity)
    {
        try
        {
            using var document = JsonDocument.Parse(entity.Document);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            Skip(entity, $"its document is no JSON ({error.Message})");
            return null;
        }
    }

    private StoredKey? Hidden(Entity entity)
    {
        var hidden = StoredKey.Parse(entity.Hidden);
        if (hidden is null)
            Skip(entity, "its digests are damaged; rotate or delete it");
        return hidden;
    }

    private void Skip(Entity entity, string why) => _skipped.Add($"{entity.Kind} '{Printable.Shorten(entity.Name)}': {why}");
}
