using Gateway.Auth;
using Gateway.Cache;
using Gateway.Config;
using Gateway.Metering.Pricing;
using Gateway.Pipeline;
using Gateway.Prompts;
using Gateway.Prompts.Store;
using Gateway.Providers;
using Gateway.Routing.Health;
using Gateway.Upstream;

namespace Gateway.Routing;

/// <summary>From a valid configuration to what requests read. Everything that can be looked up, encoded or priced beforehand is.</summary>
internal sealed class SnapshotCompiler(KeyHasher hasher, NamePool names, PriceResolver prices, TargetHealthBook health, TimeProvider time)
{
    /// <summary>The label of names that no configuration mentions.</summary>
    public const string Other = "other";

    private static readonly LimitsConfig NoLimits = new();

    private Dictionary<string, ProviderEntry> _lastProviders = new(StringComparer.Ordinal);

    /// <param name="stored">The store's prompts; null: there are none.</param>
    /// <param name="before">The prompts in force; null: nothing is.</param>
    public GatewaySnapshot Compile(GatewayConfig config, long generation, CachePurges? purges = null, StoredPrompts? stored = null, PromptTable? before = null)
    {
        stored ??= StoredPrompts.None;
        var providers = config.Providers.Select(Provider).ToDictionary(static p => p.Name, StringComparer.Ordinal);
        var entries = config.Models.ToDictionary(static m => m.Name, m => Model(m, config, providers), StringComparer.Ordinal);
        var snapshot = new GatewaySnapshot
        {
            Generation = generation,
            Config = config,
            Keys = Keys(config),
            Purges = purges ?? CachePurges.None,
            Models = Table(config, providers, entries),
            Prompts = before is not null && before.IsOf(config, stored) ? before : new(config, stored, before),
            Providers = providers,
            Configured = entries.Values,
        };
        _lastProviders = providers;
        health.Keep([.. entries.Values.SelectMany(static m => m.Targets).Select(static t => t.Health)]);
        return snapshot;
    }

    private Dictionary<KeyDigest, KeyEntry> Keys(GatewayConfig config)
    {
        var keys = new Dictionary<KeyDigest, KeyEntry>(config.Keys.Count);
        var allowed = new Dictionary<IReadOnlyList<string>, ModelAllowList>(ReferenceEqualityComparer.Instance);
        var weights = config.Teams.ToDictionary(static t => t.Name, static t => t.Weight, StringComparer.Ordinal);
        foreach (var key in config.Keys)
        {
            ModelAllowList? models = null;
            if (key.Models.Count > 0 && !allowed.TryGetValue(key.Models, out models))
                models = allowed[key.Models] = new(key.Models);
            keys.Add(hasher.Digest(key.Hash), Key(key, models, key.Team is null ? TeamConfig.DefaultWeight : weights.GetValueOrDefault(key.Team, TeamConfig.DefaultWeight)));
        }
        return keys;
    }

    private KeyEntry Key(KeyConfig key, ModelAllowList? models, int weight) => new()
    {
        Name = names.Intern(key.Name),
        Team = key.Team is null ? null : names.Intern(key.Team),
        Weight = weight,
        Models = models,
        Config = key,
    };

    /// <summary>A provider that has not changed keeps its connections.</summary>
    private ProviderEntry Provider(ProviderConfig config)
    {
        if (_lastProviders.TryGetValue(config.Name, out var last) && ProviderConfigs.Same(last.Config, config)) return last;
        var manifest = ProviderCatalog.ByKind[config.Kind].Manifest.By(config.Api, config.BaseUrl);
        return new()
        {
            Name = names.Intern(config.Name),
            Manifest = manifest,
            Config = config,
            Connection = manifest.InProcess is null ? new UpstreamConnection(config, manifest, time) : null,
        };
    }

    /// <summary>A wildcard model for one name it matches. Its targets share limits and counters with the configured ones.</summary>
    /// <param name="star">What the wildcard stood for.</param>
    private ModelEntry Matched(ModelEntry pattern, ModelConfig config, string asked, string star) => pattern with
    {
        Name = asked,
        Targets = [.. pattern.Targets.Zip(config.Targets, (target, its) => HasStar(target.Model) ? Named(target, target.Model.Replace("*", star, StringComparison.Ordinal), its, config) : target)],
    };

    private Target Named(Target target, string model, TargetConfig its, ModelConfig config) => target with
    {
        Model = model,
        ModelJson = JsonBytes.Quote(model),
        Name = ResponseName(target.Provider, model),
        Price = prices.Resolve(target.Provider.Config.Kind, model, its.Price, config.Price),
        MaxOutput = prices.MaxOutput(target.Provider.Config.Kind, model),
        Abilities = Abilities(target.Provider, model, its.Capabilities),
    };

    private ModelEntry Model(ModelConfig model, GatewayConfig config, Dictionary<string, ProviderEntry> providers)
    {
        var targets = model.Targets.Select(t => Target(t, model, config, providers[t.Provider])).ToArray();
        var fields = OperatorField.Of(model.Params, model.Override);
        return new()
        {
            Name = names.Intern(model.Name),
            Label = names.Intern(model.Name),
            Description = model.Description,
            Strategy = model.Strategy,
            Targets = targets,
            Fields = fields,
            Cache = CachePolicy.Of(model, targets, fields),
            Unpriced = model.Unpriced ?? config.Unpriced,
            Keepalive = model.Keepalive ?? config.Keepalive,
            OnStoreFailure = model.OnStoreFailure ?? config.OnStoreFailure,
            PreCommit = (model.PreCommit ?? config.PreCommit) is { Enabled: true } window ? window : null,
            Hedge = (model.Hedge ?? config.Hedge) is { Enabled: true } hedge ? hedge : null,
            Sticky = model.Sticky,
            Constraints = RouteConstraints.Of(model),
            Retries = model.Retries,
            Fallbacks = new(model.Fallbacks, model.ContextFallbacks, model.ContentPolicyFallbacks),
        };
    }

    private Target Target(TargetConfig target, ModelConfig model, GatewayConfig config, ProviderEntry provider)
    {
        var name = names.Intern(target.Model);
        return new()
        {
            Provider = provider,
            Model = name,
            ModelJson = JsonBytes.Quote(name),
            Name = ResponseName(provider, name),
            Label = name,
            Weight = target.Weight,
            Price = prices.Resolve(provider.Config.Kind, name, target.Price, model.Price),
            MaxOutput = prices.MaxOutput(provider.Config.Kind, name),
            ContextWindow = prices.ContextWindow(provider.Config.Kind, name),
            Quality = target.Quality,
            When = TargetCondition.Of(target.When),
            Abilities = Abilities(provider, name, target.Capabilities),
            OnDisconnect = model.OnDisconnect ?? provider.Config.OnDisconnect ?? config.OnDisconnect,
            DropParams = model.DropParams ?? config.DropParams,
            ErrorStatus = model.ErrorStatus ?? config.ErrorStatus,
            Health = Health(provider, name, config),
            Affinity = TextHash.Of(ResponseName(provider, name)),
            Limits = target is { Rpm: null, Tpm: null, Concurrency: null } ? NoLimits : new() { Rpm = target.Rpm, Tpm = target.Tpm, Concurrency = target.Concurrency },
        };
    }

    private ModelTable Table(GatewayConfig config, Dictionary<string, ProviderEntry> providers, Dictionary<string, ModelEntry> entries)
    {
        var exact = entries.Where(static e => !HasStar(e.Key)).ToDictionary(StringComparer.Ordinal);
        var patterns = config.Models.Where(static m => HasStar(m.Name))
            .Select(m => new ModelPattern(m.Name, (asked, star) => Matched(entries[m.Name], m, asked, star))).ToList();
        foreach (var (alias, model) in config.Aliases)
        {
            var entry = entries[model];
            if (HasStar(alias)) patterns.Add(new(alias, (_, _) => entry));
            else exact[alias] = entry;
        }

        return new(
            exact,
            [.. patterns.OrderByDescending(static p => p.Specificity)],
            providers,
            (provider, model) => Direct(provider, model, config));
    }

    /// <summary><c>PROVIDER/MODEL</c>: the provider's model without a name of ours.</summary>
    private ModelEntry Direct(ProviderEntry provider, string model, GatewayConfig config)
    {
        var target = new Target
        {
            Provider = provider,
            Model = model,
            ModelJson = JsonBytes.Quote(model),
            Name = ResponseName(provider, model),
            Label = Other,
            Price = prices.Resolve(provider.Config.Kind, model, null, null),
            MaxOutput = prices.MaxOutput(provider.Config.Kind, model),
            ContextWindow = prices.ContextWindow(provider.Config.Kind, model),
            OnDisconnect = provider.Config.OnDisconnect ?? config.OnDisconnect,
            DropParams = config.DropParams,
            ErrorStatus = config.ErrorStatus,
            Health = Health(provider, Other, config),
            Limits = NoLimits,
        };
        return new()
        {
            Name = $"{provider.Name}/{model}",
            Label = Other,
            Strategy = Strategy.Ordered,
            Targets = [target],
            Fields = [],
            Unpriced = config.Unpriced,
            Keepalive = config.Keepalive,
            OnStoreFailure = config.OnStoreFailure,
            PreCommit = config.PreCommit is { Enabled: true } window ? window : null,
            Hedge = config.Hedge is { Enabled: true } hedge ? hedge : null,
        };
    }

    private TargetAbilities Abilities(ProviderEntry provider, string model, CapabilitiesConfig? said) =>
        TargetAbilities.Of(said, prices.Capabilities(provider.Config.Kind, model), prices.ContextWindow(provider.Config.Kind, model));

    private TargetHealth Health(ProviderEntry provider, string model, GatewayConfig config) =>
        health.Of(provider.Name, model, new(provider.Config.Breaker ?? config.Breaker, config.RetryBudget.Ratio, config.RetryBudget.Min, provider.Config.Probe));

    private static string ResponseName(ProviderEntry provider, string model) => Reply.ResponseHeaders.HeaderSafe($"{provider.Name}/{model}");

    private static bool HasStar(string name) => name.Contains('*', StringComparison.Ordinal);
}
