using System.Text.Json;
using Gateway.Config;
using Gateway.Config.Binding;
using Gateway.Config.Shapes;
using Gateway.Config.Yaml;

namespace Gateway.Entities;

/// <summary>Reads documents with the binder of gateway.yaml, against the models and teams of a configuration. Variables are not replaced: a document is not the operator's file.</summary>
internal sealed class EntityBinder
{
    private static readonly string[] Secrets = ["key", "key_hash"];

    private readonly NameRegistry _providers;
    private readonly NameRegistry _models;
    private readonly NameRegistry _aliases;
    private readonly NameRegistry _teams;
    private readonly NameRegistry _functions;
    private readonly ValuePool _pool = new();

    public EntityBinder(GatewayConfig config)
    {
        _providers = Registry("provider", config.Providers.Select(static p => p.Name));
        _models = Registry("model", config.Models.Select(static m => m.Name));
        _aliases = Registry("alias", config.Aliases.Keys);
        _functions = Registry("function", config.Functions.Select(static f => f.Name));
        _teams = Registry("team", config.Teams.Select(static t => t.Name));
    }

    /// <param name="hash">SHA-256 of the key, in lower-case hexadecimal.</param>
    /// <param name="errors">Everything that is wrong; empty: the key is returned.</param>
    public KeyConfig? Key(JsonElement document, string hash, out IReadOnlyList<ConfigError> errors)
    {
        var sink = new ErrorSink(EntityKinds.Key);
        foreach (var secret in Secrets.Where(s => document.ValueKind == JsonValueKind.Object && document.TryGetProperty(s, out _)))
            Fail(sink, secret, "the gateway makes keys itself; leave it out");
        var node = JsonNodes.Of(document);
        if (node is YamlMapping mapping)
            node = mapping with { Entries = [.. mapping.Entries.Where(static e => !Secrets.Contains(e.Key.Text)), new(JsonNodes.Text("key_hash"), JsonNodes.Text(hash))] };
        var context = new BindContext(sink, null, []) { Providers = _providers, Models = _models, Aliases = _aliases, Teams = _teams, Functions = _functions, Pool = _pool };
        KeyShape.Kind.TryBind(node, context, out var key);
        errors = sink.InFileOrder();
        return errors.Count == 0 ? key : null;
    }

    /// <param name="errors">Everything that is wrong; empty: the team is returned.</param>
    public static TeamConfig? Team(JsonElement document, out IReadOnlyList<ConfigError> errors)
    {
        var sink = new ErrorSink(EntityKinds.Team);
        TeamShape.Kind.TryBind(JsonNodes.Of(document), new BindContext(sink, null, []), out var team);
        errors = sink.InFileOrder();
        return errors.Count == 0 ? team : null;
    }

    /// <param name="errors">Everything that is wrong; empty: the raise is returned. Whether there is such a budget is not asked.</param>
    public static BudgetRaise? Raise(JsonElement document, out IReadOnlyList<ConfigError> errors)
    {
        var sink = new ErrorSink(EntityKinds.Raise);
        BudgetRaise.Kind.TryBind(JsonNodes.Of(document), new BindContext(sink, null, []), out var raise);
        errors = sink.InFileOrder();
        return errors.Count == 0 ? raise : null;
    }

    /// <param name="errors">Everything that is wrong; empty: the token is returned.</param>
    public AdminToken? Token(JsonElement document, out IReadOnlyList<ConfigError> errors) => Token(document, _teams, out errors);

    /// <summary>A token as it was accepted, whatever has become of its teams since; null where it cannot be read.</summary>
    public static AdminToken? StoredToken(JsonElement document) => Token(document, new("team") { IsIncomplete = true }, out _);

    private static AdminToken? Token(JsonElement document, NameRegistry teams, out IReadOnlyList<ConfigError> errors)
    {
        var sink = new ErrorSink(EntityKinds.Token);
        AdminToken.Kind.TryBind(JsonNodes.Of(document), new BindContext(sink, null, []) { Teams = teams }, out var token);
        errors = sink.InFileOrder();
        return errors.Count == 0 ? token : null;
    }

    private static void Fail(ErrorSink sink, string name, string message)
    {
        sink.Push(name);
        sink.Add(default, message);
        sink.Pop();
    }

    private static NameRegistry Registry(string noun, IEnumerable<string> names)
    {
        var registry = new NameRegistry(noun);
        foreach (var name in names)
            registry.Declare(name, JsonNodes.Text(name));
        return registry;
    }
}
