using Gateway.Config.Binding;
using Gateway.Config.Values;

namespace Gateway.Config.Shapes;

/// <summary>An entry of <c>providers</c>: where requests can go.</summary>
internal static class ProviderShape
{
    private const string OpenAI = "openai";
    private const string Demo = "demo";
    private const string Anthropic = "anthropic";
    private const string Azure = "azure-openai";
    private const string Vertex = "vertex";
    private const string Bedrock = "bedrock";

    /// <summary>Kinds of the contract; those the catalogue does not bring are not in this version yet.</summary>
    private static readonly string[] ContractKinds =
    [
        OpenAI, Azure, Anthropic, "gemini", Vertex, Bedrock, "cohere", "ollama", "mistral", Demo, "groq", "together", "deepseek", "xai",
        "openrouter", "fireworks", "perplexity", "cerebras", "nvidia", "huggingface", "vllm", "lmstudio", "llamacpp", "openai-compatible",
    ];

    private static readonly ProviderConfig Defaults = new() { Name = "", Kind = "" };

    private static readonly Key<string> Name = new("name", Texts.ProviderName, "How targets and metrics call it.") { Required = true };

    private static readonly Key<string> KindKey = new("kind", new TextKind("a kind of provider", "^[a-z-]+$", static _ => null), "What it speaks: openai, anthropic, gemini, vertex, bedrock, cohere, ollama, openai-compatible (anything with OpenAI's API; needs base_url), a kind of docs/providers.md, or demo (built in, needs no network).") { Required = true };

    private static readonly Key<Secret> ApiKey = new("api_key", SecretKind.ProviderKey, "The provider's key. Take it from the environment: ${OPENAI_API_KEY}.");

    private static readonly Key<IReadOnlyList<Secret>> ApiKeys = new("api_keys", new ListKind<Secret>("a list of keys", SecretKind.ProviderKey) { Min = 1, Max = 64 }, "Several keys, in place of api_key: one is used until the provider refuses it (401, 402, 403) or has had enough of it (429), then the next.") { Default = Defaults.ApiKeys };

    private static readonly Key<Uri> BaseUrl = new("base_url", new UrlKind("https://api.openai.com/v1"), "What stands before the API's own path; absent: the kind's own address.");

    private static readonly Key<IReadOnlyDictionary<string, string>> Headers = new("headers", HeadersKind.Instance, "Headers sent with every request to this provider.") { Default = Defaults.Headers };

    private static readonly Key<string> Organization = new("organization", Texts.HeaderToken, "Kind openai: the organization that is billed.");

    private static readonly Key<string> Project = new("project", Texts.HeaderToken, "Kinds openai and vertex: the project that is billed.");

    private static readonly Key<string> Region = new("region", Texts.Region, "Kinds vertex and bedrock: where in the world it is asked, as in us-central1 (absent: global) or us-east-1 (bedrock needs one, or base_url).");

    private static readonly Key<string> Version = new("version", Texts.HeaderToken, "Kind anthropic: the version of its API, 2023-06-01 where absent.");

    private static readonly Key<string> Beta = new("beta", Texts.HeaderToken, "Kind anthropic: features that are not in the version yet, with commas between.");

    private static readonly Key<string> ApiVersion = new("api_version", Texts.HeaderToken, "Kind azure-openai: the version of its API, 2024-10-21 where absent; not needed where base_url ends in /openai/v1.");

    private static readonly Key<string> Credentials = new("credentials", Texts.Document, "Kind vertex, in place of api_key: the key of a service account, the path of its JSON file or the JSON itself; access tokens are asked for with it, and project is its own where absent.");

    private static readonly Key<string> AccessKeyId = new("access_key_id", Texts.HeaderToken, "Kind bedrock, in place of api_key: the id of an access key; requests are signed with it (Signature Version 4).");

    private static readonly Key<Secret> SecretAccessKey = new("secret_access_key", SecretKind.ProviderKey, "Kind bedrock: the secret of access_key_id. Take it from the environment.");

    private static readonly Key<Secret> SessionToken = new("session_token", SecretKind.ProviderKey, "Kind bedrock: the token of an access key that expires.");

    private static readonly Key<string> Profile = new("profile", Texts.HeaderToken, "Kind bedrock: the section of AWS's credentials file to take the access key from, whenever the configuration is read. The file is AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/credentials.");

    private static readonly Key<string> Api = new("api", new TextKind("one of converse, invoke", "^(converse|invoke)$", static text => text is "converse" or "invoke" ? null : "is not one of converse, invoke"), "Kind bedrock: converse (any model), or invoke (Claude alone, in Anthropic's own format); absent: converse.");

    private static readonly Key<TimeoutConfig> Timeout = new("timeout", TimeoutShape.Kind, "How long each part of an attempt may take.") { Default = Defaults.Timeout };

    private static readonly Key<TimeSpan> ConnectionLifetime = new("connection_lifetime", new DurationKind(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), "How old a kept connection may become before a new one takes its place, to wherever the provider's name leads by then. What is under way over it ends first.") { Default = Defaults.ConnectionLifetime };

    private static readonly Key<TimeSpan> Pace = new("pace", new DurationKind(TimeSpan.Zero, TimeSpan.FromMinutes(1)), "Kind demo: the time between two pieces of a stream.") { Default = Defaults.Pace };

    private static readonly Key<DisconnectPolicy> OnDisconnect = new("on_disconnect", Policies.OnDisconnect, "As at the root, for this provider; absent: the root's.");

    private static readonly Key<BreakerConfig> Breaker = new("breaker", BreakerShape.Kind, "As at the root, for this provider's targets; absent: the root's.");

    private static readonly Key<ProbeConfig> Probe = new("probe", ProbeShape.Kind, "Asks the provider by itself whether it answers, with a request that costs nothing; absent: clients' requests show it.");

    private static readonly RecordKind<ProviderConfig> Kind = new("provider", [Name, KindKey, ApiKey, ApiKeys, BaseUrl, Headers, Organization, Project, Region, Version, Beta, ApiVersion, Credentials, AccessKeyId, SecretAccessKey, SessionToken, Profile, Api, Timeout, ConnectionLifetime, Pace, OnDisconnect, Breaker, Probe], Build)
    {
        NotYet = ["role"],
    };

    public static readonly ListKind<ProviderConfig> List = new("a list of providers", Kind);

    private static ProviderConfig Build(MappingReader m)
    {
        var provider = new ProviderConfig
        {
            Name = m.GetName(Name, m.Context.Providers),
            Kind = m.Get(KindKey),
            ApiKey = m.Get(ApiKey),
            ApiKeys = m.Get(ApiKeys),
            BaseUrl = m.Get(BaseUrl),
            Headers = m.Get(Headers),
            Organization = m.Get(Organization),
            Project = m.Get(Project),
            Region = m.Get(Region),
            Version = m.Get(Version),
            Beta = m.Get(Beta),
            ApiVersion = m.Get(ApiVersion),
            AccessKeyId = m.Get(AccessKeyId),
            SecretAccessKey = m.Get(SecretAccessKey),
            SessionToken = m.Get(SessionToken),
            Api = m.Get(Api),
            Timeout = m.Get(Timeout),
            ConnectionLifetime = m.Get(ConnectionLifetime),
            Pace = m.Get(Pace),
            OnDisconnect = m.GetOrNull(OnDisconnect),
            Breaker = m.Get(Breaker),
            Probe = m.Get(Probe),
        };
        if (provider.Kind is not null)
            CheckKind(m, provider);
        if (m.Has(ApiKey) && m.Has(ApiKeys))
            m.Fail(ApiKeys, "api_key is one already; keep one of the two");
        if ((provider.ApiKey is not null || m.Has(ApiKeys)) && provider.Headers?.ContainsKey("Authorization") == true)
            m.Fail(Headers, $"'Authorization' is sent by {(m.Has(ApiKey) ? "api_key" : "api_keys")} already; keep one of the two");
        if (m.Has(Credentials) && provider.Kind == Vertex) return OfAccount(m, provider);
        return m.Has(Profile) && provider.Kind == Bedrock ? OfProfile(m, provider) : provider;
    }

    private static ProviderConfig OfAccount(MappingReader m, ProviderConfig provider)
    {
        if (m.Has(ApiKey) || m.Has(ApiKeys)) m.Fail(m.Has(ApiKey) ? ApiKey : ApiKeys, "access tokens are asked for with credentials already; keep one of the two");
        if (provider.Headers?.ContainsKey("Authorization") == true) m.Fail(Headers, "'Authorization' carries the access token of credentials; keep one of the two");
        if (m.HasFailed) return provider;
        if (ServiceAccountKey.TryRead(m.Get(Credentials), out var account, out var project) is { } problem)
        {
            m.Fail(Credentials, problem);
            return provider;
        }

        if ((provider.Project ?? project) is null) m.Fail(Credentials, "names no project: add the key project");
        return provider with { Account = account, Project = provider.Project ?? project };
    }

    private static ProviderConfig OfProfile(MappingReader m, ProviderConfig provider)
    {
        if (m.HasFailed) return provider;
        if (m.Context.Environment is not { } environment)
        {
            m.Fail(Profile, "can only be written in the configuration file");
            return provider;
        }

        if (AwsProfile.TryRead(m.Get(Profile), environment, out var profile) is { } problem)
        {
            m.Fail(Profile, problem);
            return provider;
        }

        return provider with { AccessKeyId = profile!.AccessKeyId, SecretAccessKey = profile.SecretAccessKey, SessionToken = profile.SessionToken };
    }

    private static void CheckKind(MappingReader m, ProviderConfig provider)
    {
        var kinds = m.Context.Kinds;
        if (kinds.FirstOrDefault(k => k.Name == provider.Kind) is not { } kind)
        {
            m.Fail(KindKey, UnknownKind(provider.Kind, kinds));
            return;
        }

        m.Context.KindOf.TryAdd(provider.Name, kind);
        if (kind.NeedsBaseUrl && !m.Has(BaseUrl))
            m.Fail(KindKey, $"kind {kind.Name} has no address of its own: add base_url, as in {(kind.Name == Azure ? "https://RESOURCE.openai.azure.com" : "http://127.0.0.1:8000/v1")}");
        if (kind.InProcess && m.Has(BaseUrl))
            m.Fail(BaseUrl, $"kind {kind.Name} answers inside the gateway and has no address; remove the key");
        if (kind.InProcess && m.Has(Probe)) m.Fail(Probe, $"kind {kind.Name} answers inside the gateway: there is nothing to probe, remove the key");
        else if (!kind.HasModelsPath && provider.Probe is { Path: null }) m.Fail(Probe, $"kind {kind.Name} has no list of models to ask for: add path, as in probe: {{ path: health }}");
        if (kind.Name == Bedrock) CheckAccessKey(m, provider);
        if (kind.NeedsApiKey && !kind.NeedsBaseUrl && !m.Has(BaseUrl) && !m.Has(ApiKey) && !m.Has(ApiKeys) && !m.Has(AccessKeyId) && !m.Has(Profile) && !m.Has(Credentials) && provider.Headers?.ContainsKey("Authorization") != true)
            m.Fail(KindKey, $"kind {kind.Name} needs api_key{(kind.Name == Bedrock ? ", or access_key_id and secret_access_key, or profile" : "")} at its own address, as in api_key: ${{OPENAI_API_KEY}}");
        RequireKind(m, Organization, kind.Name, OpenAI);
        RequireKind(m, Project, kind.Name, OpenAI, Vertex);
        RequireKind(m, Region, kind.Name, Vertex, Bedrock);
        if (kind.Name == Bedrock && !m.Has(Region) && !m.Has(BaseUrl)) m.Fail(KindKey, "kind bedrock needs region, as in region: us-east-1");
        RequireKind(m, Credentials, kind.Name, Vertex);
        RequireKind(m, Version, kind.Name, Anthropic);
        RequireKind(m, Beta, kind.Name, Anthropic);
        RequireKind(m, ApiVersion, kind.Name, Azure);
        foreach (var key in new Key[] { AccessKeyId, SecretAccessKey, SessionToken, Profile, Api }) RequireKind(m, key, kind.Name, Bedrock);
        RequireKind(m, Pace, kind.Name, Demo);
    }

    /// <summary>One way to show who asks, whole, and a region to sign for.</summary>
    private static void CheckAccessKey(MappingReader m, ProviderConfig provider)
    {
        if (m.Has(AccessKeyId) != m.Has(SecretAccessKey)) m.Fail(m.Has(AccessKeyId) ? AccessKeyId : SecretAccessKey, "access_key_id and secret_access_key go together: add the other");
        else if (m.Has(SessionToken) && !m.Has(AccessKeyId)) m.Fail(SessionToken, "belongs to an access key: add access_key_id and secret_access_key");
        if (!m.Has(AccessKeyId) && !m.Has(Profile)) return;
        if (m.Has(AccessKeyId) && m.Has(Profile)) m.Fail(Profile, "the access key is written here already; keep one of the two");
        if (m.Has(ApiKey) || m.Has(ApiKeys)) m.Fail(m.Has(ApiKey) ? ApiKey : ApiKeys, "requests are signed with an access key already; keep one of the two");
        if (provider.Headers?.ContainsKey("Authorization") == true) m.Fail(Headers, "'Authorization' is what an access key signs with; keep one of the two");
        if (!m.Has(Region) && m.Has(BaseUrl)) m.Fail(KindKey, "an access key signs for a region: add region, as in region: us-east-1");
    }

    private static void RequireKind(MappingReader m, Key key, string kind, params ReadOnlySpan<string> wanted)
    {
        if (m.Has(key) && !wanted.Contains(kind))
            m.Fail(key, $"is a key of kind {string.Join(" and ", wanted!)}; kind {kind} has none, remove it");
    }

    private static string UnknownKind(string name, IReadOnlyList<ProviderKind> kinds)
    {
        var known = string.Join(", ", kinds.Select(static k => k.Name));
        if (ContractKinds.Contains(name))
            return $"this kind is not in this version yet; there are: {known}";
        var hint = NearestName.Hint(name, ContractKinds);
        return $"unknown kind{hint}{(hint.Length == 0 ? $"; there are: {known}" : "")}";
    }
}
