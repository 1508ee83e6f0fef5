namespace Gateway.Tests.Config;

/// <summary>Every way a configuration can be wrong: text → place and words of the one error it must give.</summary>
public class BadConfigTests
{
    private const string Base = """
        providers:
          - { name: up, kind: openai-compatible, base_url: "http://127.0.0.1:9100/v1" }
        models:
          - { name: fast, targets: [{ provider: up, model: gpt-x }] }

        """;

    public static TheoryData<string, string, string> Documents() => new()
    {
        // The document itself.
        { "", "1:1", "the file is empty" },
        { "# only a comment\n", "1:1", "the file is empty" },
        { "~", "1:1", "the file is empty" },
        { "[]", "1:1", "must be a mapping with the keys server, store" },
        { "just text", "1:1", "must be a mapping" },
        { "store: 'sqlite:x", "1:8", "not valid YAML" },
        { "server:\n\turls: x", "1:1", "not valid YAML" },
        { "store: sqlite:a\nstore: sqlite:b", "2:1", "store: the key stands here a second time (first in line 1)" },
        { "server: { drain: 1s, max_body: 1MiB, drain: 2s }", "1:38", "server.drain: the key stands here a second time" },
        { "store: sqlite:a\n---\nstore: sqlite:b", "2:1", "a second document begins here" },
        { "store: !secret sqlite:a", "1:8", "tags (!…) are not supported" },
        { "store: *nowhere", "1:8", "'*nowhere' has no anchor" },
        { "server: &a { drain: *a }", "1:21", "'*a' has no anchor" },
        { "? [a, b]\n: c", "1:3", "a key must be text" },
        { "server: { <<: 5 }", "1:15", "'<<' merges a mapping" },
        { "providers: [{ name: a, kind: demo, api_key: ${SECRET} }]", "1:46", "a variable needs quotes: \"${NAME}\"" },

        // Keys.
        { "modells: []", "1:1", "modells: unknown key - did you mean 'models'?" },
        { "zzz: 1", "1:1", "zzz: unknown key; known here: server, store" },
        { "server: { port: 4000 }", "1:11", "server.port: unknown key; known here: urls, admin_key" },
        { "alerts: []", "1:1", "alerts: not in this version yet" },
        { "cache: { memory: 64 MB of it }", "1:18", "cache.memory: '64 MB of it' is no size" },
        { "cache: { ttl: 10m }", "1:10", "cache.ttl: unknown key; known here: memory, store" },
        { "telemetry: { content: none }", "1:14", "telemetry.content: not in this version yet" },
        { "telemetry: { retention: 31d }", "1:25", "telemetry.retention: '31d' is too short: 32d is the least" },
        { "budgets: [{ limit: 1, period: total, rolling: true }]", "1:47", "a budget that never begins anew cannot roll" },
        { "budgets: [{ limit: 1, period: day, rolling: true, timezone: Europe/Madrid }]", "1:61", "a rolling budget follows no calendar" },
        { "budgets: [{ limit: 1, period: day, rolling: maybe }]", "1:45", "'maybe' is neither true nor false" },
        { "\"a\\u001bb\": 1", "1:1", "\"a?b\": unknown key" },

        // Server, store, ledger, telemetry.
        { "server:", "1:8", "server: the key has no value; its keys are: urls" },
        { "server: { urls: 127.0.0.1:4000 }", "1:17", "'127.0.0.1:4000' is no address to listen on: write http://HOST:PORT" },
        { "server: { urls: 'https://0.0.0.0:443' }", "1:17", "https, which is not in this version yet" },
        { "server: { urls: 'http://a:1/path' }", "1:17", "says more than host and port" },
        { "server: { urls: 'http://a:99999' }", "1:17", "is no address to listen on" },
        { "server: { admin_key: short }", "1:22", "is too short: the admin key has at least 32 characters" },
        { "server: { admin_key: '' }", "1:22", "the empty value is no key" },
        { "server: { admin_key: \"${EMPTY}\" }", "1:22", "the empty value is no key" },
        { "server: { admin_key: }", "1:22", "the key has no value" },
        { "server: { admin_key: [a] }", "1:22", "must be the admin key, not a list" },
        { "server: { max_body: 32 megabytes }", "1:21", "'32 megabytes' is no size" },
        { "server: { max_body: 5GiB }", "1:21", "is too large: 1GiB is the most" },
        { "server: { max_body: 12 }", "1:21", "is too small: 1KiB is the least" },
        { "server: { drain: 30 }", "1:18", "'30' is no duration: write a number and its unit" },
        { "server: { drain: -5s }", "1:18", "'-5s' is no duration" },
        { "server: { drain: 30d }", "1:18", "is too long: 1d is the most" },
        { "server: { drain: 99999999999999999999999999999d }", "1:18", "is no duration" },
        { "server: { flush_timeout: 0s }", "1:26", "is too short: 100ms is the least" },
        { "server: { overload: { max_concurrency: 0 } }", "1:40", "is too small: 1 is the least" },
        { "server: { overload: { max_queue: -1 } }", "1:34", "is too small: 0 is the least" },
        { "server: { overload: { queue_timeout: 0s } }", "1:38", "is too short: 10ms is the least" },
        { "server: { overload: 5 }", "1:21", "must be" },
        { "teams: [{ name: a, weight: 0 }]", "1:28", "is too small: 1 is the least" },
        { "teams: [{ name: a, weight: 101 }]", "1:28", "is too large: 100 is the most" },
        { "server: { drain: { a: 1s } }", "1:18", "must be a duration, not a mapping" },
        { "store: postgres://user:pa55word@db", "1:8", "names no database: write postgres://user:password@host/database" },
        { "store: postgres://user:pa55word@/gateway", "1:8", "is no address of a database" },
        { "store: postgresql:db/gateway", "1:8", "is no address of a database: write postgres://user:password@host/database" },
        { "store: 'postgres://user:pa@55@db/gateway'", "1:8", "a second '@': in user and password write" },
        { "store: postgres://user:pa/55@db/gateway", "1:8", "%2F" },
        { "store: postgres://user:55/pa55word@db", "1:8", "%2F" },
        { "store: postgres://:pa55word@db/gateway", "1:8", "has a password and no user" },
        { "store: postgres://db:70000/gateway", "1:8", "is no address of a database" },
        { "store: postgres://db/gateway/more", "1:8", "names a database with a '/' or an '@'" },
        { "store: postgres://db/gateway?sslmod=require", "1:8", "an option that is not one of sslmode, sslrootcert, application_name - did you mean 'sslmode'?" },
        { "store: postgres://db/gateway?sslmode=requires", "1:8", "an sslmode that is not one of disable, prefer, require, verify-ca, verify-full - did you mean 'require'?" },
        { "store: postgres://db/gateway?journal=/data", "1:8", "an option that is not one of" },
        { "store: postgre://db/gateway", "1:8", "is no store: write sqlite:PATH, as in sqlite:data/gateway.db, or postgres://user:password@host/database" },
        { "ledger: { journal: '' }", "1:20", "says nothing" },
        { "store: gateway.db", "1:8", "is no store: write sqlite:PATH" },
        { "store: 'sqlite::memory:'", "1:8", "a database in memory, which would lose the ledger" },
        { "ledger: { sync: never }", "1:17", "'never' is no duration" },
        { "ledger: { sync: 5m }", "1:17", "is too long: 1m is the most" },
        { "telemetry: { otlp: localhost:4317 }", "1:20", "is no address: write it whole, as in http://127.0.0.1:4317" },
        { "telemetry: { otlp: 'grpc://x:1' }", "1:20", "must begin with http:// or https://" },
        { "telemetry: { logs: jsn }", "1:20", "'jsn' is not one of json, text - did you mean 'json'?" },
        { "telemetry: { metrics: { path: metrics } }", "1:31", "is no path: write /metrics" },
        { "telemetry: { metrics: { path: /v1/metrics } }", "1:31", "is taken" },
        { "unpriced: maybe", "1:11", "'maybe' is not one of reject, allow" },
        { "keepalive: soon", "1:12", "is no duration" },

        // Providers.
        { "providers: up", "1:12", "must be a list of providers, not a single value" },
        { "providers:", "1:11", "write [] for none" },
        { "providers: [up]", "1:13", "providers[0]: this must be a mapping with the keys name, kind" },
        { "providers: [{ kind: demo }]", "1:13", "providers[0]: the key 'name' is missing" },
        { "providers: [{ name: a }]", "1:13", "providers[0]: the key 'kind' is missing" },
        { "providers: [{ name: a/b, kind: demo }]", "1:21", "is no name for a provider" },
        { "providers: [{ name: fn, kind: demo }]", "1:21", "'fn/…' means functions" },
        { "providers: [{ name: '', kind: demo }]", "1:21", "the empty value says nothing" },
        { "providers: [{ name: \"a\\nb\", kind: demo }]", "1:21", "'a?b' holds a line break" },
        { "providers: [{ name: ünï, kind: demo }]", "1:21", "may hold only visible ASCII" },
        { "providers: [{ name: \"a\\uD800\", kind: demo }]", "1:21", "invalid Unicode surrogates" },
        { "providers:\n  - { name: a, kind: demo }\n  - { name: a, kind: demo }", "3:13", "providers[1].name: there is a provider of this name already, in line 2" },
        { "providers: [{ name: a, kind: opnai, api_key: k }]", "1:30", "unknown kind - did you mean 'openai'?" },
        { "providers: [{ name: a, kind: skynet }]", "1:30", "unknown kind; there are: openai, anthropic, gemini, vertex, bedrock, openai-compatible, azure-openai, demo, mute" },
        { "providers: [{ name: a, kind: groq }]", "1:30", "this kind is not in this version yet; there are: openai" },
        { "providers: [{ name: a, kind: openai-compatible }]", "1:30", "has no address of its own: add base_url" },
        { "providers: [{ name: a, kind: openai }]", "1:30", "kind openai needs api_key at its own address" },
        { "providers: [{ name: a, kind: openai, api_key: k, api_version: v1 }]", "1:63", "is a key of kind azure-openai; kind openai has none" },
        { "providers: [{ name: a, kind: azure-openai, api_key: k }]", "1:30", "has no address of its own: add base_url, as in https://RESOURCE.openai.azure.com" },
        { "providers: [{ name: a, kind: demo, api_keys: [] }]", "1:46", "providers[0].api_keys" },
        { "providers: [{ name: a, kind: demo, api_key: a, api_keys: [b, c] }]", "1:58", "api_key is one already; keep one of the two" },
        { "providers: [{ name: a, kind: openai, api_key: [a] }]", "1:47", "must be a provider's key, not a list" },
        { "providers: [{ name: a, kind: openai, api_key: \"${LINES}\" }]", "1:47", "holds a line break" },
        { "providers: [{ name: a, kind: openai, api_key: a b }]", "1:47", "holds a space" },
        { "providers: [{ name: a, kind: openai, base_url: ftp://h/ }]", "1:48", "must begin with http:// or https://" },
        { "providers: [{ name: a, kind: openai, base_url: 'http://u:pa55word@h/' }]", "1:48", "holds credentials before an '@'" },
        { "providers: [{ name: a, kind: openai, base_url: 'http://h/v1?x=1' }]", "1:48", "holds a query or a fragment" },
        { "providers: [{ name: a, kind: openai, base_url: /v1 }]", "1:48", "base_url: the value " },
        { "providers: [{ name: a, kind: openai, base_url: 'http://h\\v1' }]", "1:48", "is no address" },
        { "providers: [{ name: a, kind: openai, base_url: 'http://\uff11\uff12\uff17.0.0.1/' }]", "1:48", "is no address" },
        { "providers: [{ name: a, kind: openai, base_url: \"http://h\\r\\nx/\" }]", "1:48", "is no address" },
        { "providers: [{ name: a, kind: openai, base_url: 'file:///etc/passwd' }]", "1:48", "is no address" },
        { "providers: [{ name: a, kind: demo, probe: {} }]", "1:43", "there is nothing to probe" },
        { "providers: [{ name: a, kind: azure-openai, base_url: 'http://h', probe: {} }]", "1:73", "has no list of models to ask for: add path" },
        { "providers: [{ name: a, kind: vertex, api_key: k, probe: { path: /x } }]", "1:65", "must not begin with a slash" },
        { "providers: [{ name: a, kind: vertex, api_key: k, probe: { path: 'a b' } }]", "1:65", "must have only characters that a URL has" },
        { "providers: [{ name: a, kind: demo, base_url: 'http://h' }]", "1:46", "answers inside the gateway and has no address" },
        { "providers: [{ name: a, kind: demo, organization: org }]", "1:50", "is a key of kind openai; kind demo has none" },
        { "providers: [{ name: a, kind: openai, api_key: k, region: eu }]", "1:58", "is a key of kind vertex and bedrock; kind openai has none" },
        { "providers: [{ name: a, kind: bedrock, api_key: k }]", "1:30", "kind bedrock needs region" },
        { "providers: [{ name: a, kind: bedrock, region: us-east-1 }]", "1:30", "needs api_key, or access_key_id and secret_access_key, or profile" },
        { "providers: [{ name: a, kind: bedrock, region: eu, access_key_id: i }]", "1:66", "go together" },
        { "providers: [{ name: a, kind: bedrock, region: eu, secret_access_key: i, base_url: 'http://a.example' }]", "1:70", "go together" },
        { "providers: [{ name: a, kind: bedrock, region: eu, api_key: k, session_token: t }]", "1:78", "belongs to an access key" },
        { "providers: [{ name: a, kind: bedrock, region: eu, api_key: k, access_key_id: i, secret_access_key: s }]", "1:60", "keep one of the two" },
        { "providers: [{ name: a, kind: bedrock, base_url: 'http://a.example', access_key_id: i, secret_access_key: s }]", "1:30", "signs for a region" },
        { "providers: [{ name: a, kind: bedrock, region: eu, headers: { Authorization: x }, access_key_id: i, secret_access_key: s }]", "1:60", "keep one of the two" },
        { "providers: [{ name: a, kind: bedrock, region: eu, api_key: k, api: messages }]", "1:68", "is not one of converse, invoke" },
        { "providers: [{ name: a, kind: bedrock, region: eu, api_key: k, role: r }]", "1:63", "not in this version yet" },
        { "providers: [{ name: a, kind: openai, api_key: k, access_key_id: i }]", "1:65", "is a key of kind bedrock; kind openai has none" },
        { "providers: [{ name: a, kind: vertex, api_key: k, region: a.example/ }]", "1:58", "may hold only small letters" },
        { "providers: [{ name: a, kind: openai, api_key: k, pace: 5ms }]", "1:56", "is a key of kind demo; kind openai has none" },
        { "providers: [{ name: a, kind: demo, headers: { X-A: \"a\\r\\nX-B: b\" } }]", "1:52", "providers[0].headers.X-A: the value holds a line break" },
        { "providers: [{ name: a, kind: demo, headers: { X-A: \"a\\u0000\" } }]", "1:52", "holds a control character (0x00)" },
        { "providers: [{ name: a, kind: demo, headers: { \"X\\r\\nY\": b } }]", "1:47", "'X??Y' is no header name" },
        { "providers: [{ name: a, kind: demo, headers: { \"X Y\": b } }]", "1:47", "'X Y' is no header name" },
        { "providers: [{ name: a, kind: demo, headers: { Host: b } }]", "1:47", "'Host' is set by the gateway itself" },
        { "providers: [{ name: a, kind: demo, headers: { X-A: a, x-a: b } }]", "1:55", "upper and lower case are the same" },
        { "providers: [{ name: a, kind: openai, api_key: k, headers: { authorization: b } }]", "1:59", "'Authorization' is sent by api_key already" },
        { "providers: [{ name: a, kind: demo, timeout: { connect: 0s } }]", "1:56", "is too short: 1ms is the least" },
        { "providers: [{ name: a, kind: demo, timeout: { read: 1s } }]", "1:47", "unknown key" },
    };

    /// <summary>Rows that stand after <see cref="Base"/>, whose five lines hold a provider <c>up</c> and a model <c>fast</c>.</summary>
    public static TheoryData<string, string, string> Additions() => new()
    {
        // Aliases.
        { "aliases: { gpt-4: slow }", "5:19", "aliases.gpt-4: 'slow' is no model (there are: fast)" },
        { "aliases: { gpt-4: fats }", "5:19", "'fats' is no model - did you mean 'fast'?" },
        { "aliases: { \"gpt-4.1\": fats }", "5:23", "aliases.\"gpt-4.1\": 'fats' is no model" },
        { "aliases: { fast: fast }", "5:12", "'fast' is a model already (line 4)" },
        { "aliases: { a: a }", "5:15", "leads back to itself: a → a" },
        { "aliases: { \"x-*\": x-1 }", "5:19", "leads back to itself: x-* → x-*" },
        { "aliases: { a: \"f*\" }", "5:15", "'*' can stand on its left side only" },
        { "aliases: { \"a*b\": fast }", "5:12", "has a '*' that is not at its end" },
        { "aliases: { a: [fast] }", "5:15", "must be a model's name, not a list" },
        { "aliases: { \"fn/a\": fast }", "5:12", "'fn/…' means functions" },
        { "aliases: [fast]", "5:10", "must be a mapping of aliases to models, not a list" },
        { "aliases: { a: \"${SECRET}\" }", "5:15", "the value, which comes from the environment, is no model" },

        // Keys.
        { "keys: [{ name: a }]", "5:8", "keys[0]: either key or key_hash is missing" },
        { "keys: [{ name: a, key: sk-abcd, key_hash: 0000000000000000000000000000000000000000000000000000000000000000 }]", "5:8", "both key and key_hash are given" },
        { "keys: [{ name: a, key: sk-1 }]", "5:24", "is too short: a key has at least 6 characters" },
        { "keys: [{ name: a, key: '' }]", "5:24", "the empty value is no key" },
        { "keys: [{ name: a, key: \"sk-abc\\r\\ndef\" }]", "5:24", "holds a line break" },
        { "keys: [{ name: a, key: \"${UNSET_KEY}\" }]", "5:24", "the environment variable UNSET_KEY is not set" },
        { "keys: [{ name: a, key: os.environ/UNSET_KEY }]", "5:24", "the environment variable UNSET_KEY is not set" },
        { "keys: [{ name: a, key: \"${UNSET\" }]", "5:24", "'${' has no closing '}'" },
        { "keys: [{ name: a, key: \"${A-b}\" }]", "5:24", "between '${' and '}' stands a variable's name" },
        { "keys: [{ name: a, key: \"${}\" }]", "5:24", "between '${' and '}' stands a variable's name" },
        { "keys: [{ name: a, key: os.environ/ }]", "5:24", "needs the name of a variable" },
        { "keys: [{ name: a, key_hash: abc }]", "5:29", "is no SHA-256 digest: write its 64 hexadecimal digits" },
        { "keys: [{ name: a, key: " + new string('k', 513) + " }]", "5:24", "is too long: 512 characters are the most" },
        { "keys:\n  - { name: a, key: sk-same }\n  - { name: b, key: sk-same }", "7:21", "line 6 has the same secret" },
        { "keys:\n  - { name: a, key_hash: " + new string('0', 64) + " }\n  - { name: b, key_hash: " + new string('0', 64) + " }", "7:26", "line 6 has the same secret" },
        { "keys:\n  - { name: a, key: sk-same }\n  - { name: a, key: sk-other }", "7:13", "there is a key of this name already, in line 6" },
        { "keys: [{ name: a, key: sk-abcd, team: growht }]\nteams: [{ name: growth }]", "5:39", "'growht' is no team - did you mean 'growth'?" },
        { "keys: [{ name: a, key: sk-abcd, models: [fsat] }]", "5:42", "keys[0].models[0]: 'fsat' is no model - did you mean 'fast'?" },
        { "keys: [{ name: a, key: sk-abcd, models: fast }]", "5:41", "must be a list of models, not a single value" },
        { "keys: [{ name: a, key: sk-abcd, models: [other/gpt] }]", "5:42", "'other/gpt' is no model" },
        { "keys: [{ name: a, key: sk-abcd, expires: tomorrow }]", "5:42", "is neither a day nor an instant" },
        { "keys: [{ name: a, key: sk-abcd, expires: 2027-02-30 }]", "5:42", "is neither a day nor an instant" },
        { "keys: [{ name: a, key: sk-abcd, expires: 2027-01-31T18:00:00 }]", "5:42", "is neither a day nor an instant" },
        { "keys: [{ name: a, key: sk-abcd, limits: { rpm: 0 } }]", "5:48", "is too small: 1 is the least" },
        { "keys: [{ name: a, key: sk-abcd, limits: { rpm: -3 } }]", "5:48", "is too small: 1 is the least" },
        { "keys: [{ name: a, key: sk-abcd, limits: { tpm: 1.5 } }]", "5:48", "'1.5' is no whole number" },
        { "keys: [{ name: a, key: sk-abcd, limits: { tpm: 99999999999999999999 } }]", "5:48", "is too large" },
        { "keys: [{ name: a, key: sk-abcd, limits: { concurrency: many } }]", "5:56", "'many' is no whole number" },
        { "keys: [{ name: a, key: sk-abcd, limits: 60 }]", "5:41", "must be a mapping with the keys rpm, tpm, concurrency" },
        { "keys: [{ name: a, key: sk-abcd, metadata: { owner: \"a\\nb\" } }]", "5:52", "holds a line break" },
        { "keys: [{ name: a, key: sk-abcd, budget: 5 }]", "5:33", "unknown key - did you mean 'budgets'?" },

        // Budgets and teams.
        { "budgets: [{ limit: 0, period: day }]", "5:20", "must be more than 0" },
        { "budgets: [{ limit: -1, period: day }]", "5:20", "must be more than 0" },
        { "budgets: [{ limit: $25, period: day }]", "5:20", "'$25' is no amount" },
        { "budgets: [{ limit: 1e3, period: day }]", "5:20", "is no amount: write US dollars as a plain decimal" },
        { "budgets: [{ limit: 0.0000000001, period: day }]", "5:20", "must be more than 0" },
        { "budgets: [{ limit: 1.0000000001, period: day }]", "5:20", "has more than 9 decimals" },
        { "budgets: [{ limit: 99999999999, period: day }]", "5:20", "is too much" },
        { "budgets: [{ limit: 5 }]", "5:11", "the key 'period' is missing" },
        { "budgets: [{ limit: 5, period: fortnight }]", "5:31", "is not one of minute, hour, day, week, month, total" },
        { "budgets: [{ limit: 5, period: day, timezone: Europe/Madird }]", "5:46", "is no time zone this machine knows: write an IANA name, as in Europe/Madrid - did you mean 'Europe/Madrid'?" },
        { "budgets: [{ limit: 5, period: day, timezone: ../../etc/passwd }]", "5:46", "is no time zone" },
        { "budgets: [{ limit: 5, period: day }, { limit: 6, period: day }]", "5:10", "two budgets have the same period" },
        { "teams: [{ name: a }, { name: a }]", "5:30", "there is a team of this name already" },
        { "teams: [{ limits: { rpm: 1 } }]", "5:9", "teams[0]: the key 'name' is missing" },
    };

    /// <summary>Rows for one model, whose text stands in a configuration with a provider <c>up</c> and a provider <c>mute</c>.</summary>
    public static TheoryData<string, string, string> Models() => new()
    {
        { "{ targets: [{ provider: up, model: m }] }", "5:5", "the key 'name' is missing" },
        { "{ name: a }", "5:5", "the key 'targets' is missing" },
        { "{ name: a, targets: [] }", "5:25", "the list is empty; it must have at least 1" },
        { $"{{ name: a, targets: [{string.Join(", ", Enumerable.Repeat("{ provider: up, model: m }", 65))}] }}", "5:25", "the list has 65 items; 64 are the most" },
        { "{ name: a, targets: { provider: up } }", "5:25", "must be a list of targets" },
        { "{ name: a, targets: [{ provider: upp, model: m }] }", "5:38", "models[0].targets[0].provider: 'upp' is no provider - did you mean 'up'?" },
        { "{ name: a, targets: [{ provider: nobody, model: m }] }", "5:38", "'nobody' is no provider (there are: up, mute)" },
        { "{ name: a, targets: [{ provider: mute, model: m }] }", "5:38", "kind mute serves no endpoint" },
        { "{ name: a, targets: [{ provider: up }] }", "5:26", "the key 'model' is missing" },
        { "{ name: a, targets: [{ provider: up, model: \"m\\r\\nX: y\" }] }", "5:49", "holds a line break" },
        { "{ name: a, targets: [{ provider: up, model: m, weight: -1 }] }", "5:60", "is too small: 0 is the least" },
        { "{ name: a, targets: [{ provider: up, model: m, weight: 0 }] }", "5:25", "every weight is 0" },
        { "{ name: a, targets: [{ provider: up, model: m, weight: heavy }] }", "5:60", "'heavy' is no whole number" },
        { "{ name: a, targets: [{ provider: up, model: m, rpm: 0 }] }", "5:57", "is too small" },
        { "{ name: a, targets: [{ provider: up, model: m, price: { input: -1, output: 1 } }] }", "5:68", "must not be negative" },
        { "{ name: a, targets: [{ provider: up, model: m, price: { input: 1 } }] }", "5:59", "the key 'output' is missing: US dollars per million output tokens; 0 for a model that writes none (embeddings, reranking)." },
        { "{ name: a, targets: [{ provider: up, model: m, pricee: 1 }] }", "5:52", "unknown key - did you mean 'price'?" },
        { "{ name: a, targets: [{ provider: up, model: m, when: { headers: { Authorization: a } } }] }", "5:71", "models[0].targets[0].when.headers.Authorization: 'Authorization' carries credentials" },
        { "{ name: a, targets: [{ provider: up, model: m, when: { headers: { \"x y\": a } } }] }", "5:71", "'x y' is no header name" },
        { "{ name: a, targets: [{ provider: up, model: m, when: { headers: { x-a: \"a*b\" } } }] }", "5:76", "has a '*' that is not at its end" },
        { "{ name: a, targets: [{ provider: up, model: m, when: { headers: { x-a: [] } } }] }", "5:76", "the list is empty; it must have at least 1" },
        { "{ name: a, targets: [{ provider: up, model: m, when: { tags: } }] }", "5:66", "the key has no value" },
        { "{ name: a, targets: [{ provider: up, model: m, when: { tag: a } }] }", "5:60", "unknown key - did you mean 'tags'?" },
        { "{ name: a, targets: [{ provider: up, model: m, when: { prompt_tokens: { min: 9, max: 8 } } }] }", "5:90", "is less than min" },
        { "{ name: a, targets: [{ provider: up, model: m, when: { prompt_tokens: { min: 0 } } }] }", "5:82", "is too small: 1 is the least" },
        { "{ name: a, targets: [{ provider: up, model: m, capabilities: { visoin: true } }] }", "5:68", "unknown key - did you mean 'vision'?" },
        { "{ name: a, targets: [{ provider: up, model: m, capabilities: { context: large } }] }", "5:77", "'large' is no whole number" },
        { "{ name: a, max_cost: 0, targets: [{ provider: up, model: m }] }", "5:26", "must be more than 0" },
        { "{ name: a, max_latency: 0s, targets: [{ provider: up, model: m }] }", "5:29", "is too short: 1ms is the least" },
        { "{ name: a, min_quality: 2, targets: [{ provider: up, model: m }] }", "5:29", "is too large: 1 is the most" },
        { "{ name: a, min_quality: 0.5, targets: [{ provider: up, model: m, quality: 0.4 }] }", "5:29", "no target has a quality of so much" },
        { "{ name: a, targets: [{ provider: up, model: m, quality: good }] }", "5:61", "'good' is no number" },
        { "{ name: a, targets: [{ provider: up, model: \"m-*\" }] }", "5:25", "the model's own name has no wildcard" },
        { "{ name: \"a-*\", targets: [{ provider: up, model: \"*-*\" }] }", "5:53", "has more than one '*'" },
        { "{ name: \"a*b\", targets: [{ provider: up, model: m }] }", "5:13", "has a '*' that is not at its end" },
        { "{ name: fn/a, targets: [{ provider: up, model: m }] }", "5:13", "'fn/…' means functions" },
        { "{ name: a b, targets: [{ provider: up, model: m }] }", "5:13", "no spaces" },
        { "{ name: a, target: [], targets: [{ provider: up, model: m }] }", "5:16", "unknown key - did you mean 'targets'?" },
        { "{ name: a, strategy: random, targets: [{ provider: up, model: m }] }", "5:26", "'random' is not one of weighted, ordered, least-busy, least-used, lowest-latency, lowest-cost" },
        { "{ name: a, sticky: key, targets: [{ provider: up, model: m }] }", "5:24", "'key' is not one of off, session, user" },
        { "{ name: a, strategy: wieghted, targets: [{ provider: up, model: m }] }", "5:26", "did you mean 'weighted'?" },
        { "{ name: a, fallbacks: [b], targets: [{ provider: up, model: m }] }", "5:28", "models[0].fallbacks[0]: 'b' is no model" },
        { "{ name: a, context_fallbacks: [up/x, 'a*'], targets: [{ provider: up, model: m }] }", "5:42", "'a*' is no model" },
        { "{ name: a, retries: 11, targets: [{ provider: up, model: m }] }", "5:25", "'11' is too large: 10 is the most" },
        { "{ name: a, retries: { timeouts: 1 }, targets: [{ provider: up, model: m }] }", "5:27", "did you mean 'timeout'" },
        { "{ name: a, cache: { share: team }, targets: [{ provider: up, model: m }] }", "5:23", "cache: the key 'ttl' is missing" },
        { "{ name: a, cache: { ttl: 0s }, targets: [{ provider: up, model: m }] }", "5:30", "cache.ttl: '0s' is too short: 1s is the least" },
        { "{ name: a, cache: { ttl: 10m, share: all }, targets: [{ provider: up, model: m }] }", "5:42", "'all' is not one of key, team, gateway" },
        { "{ name: a, cache: { ttl: 10m, max_size: 1GiB }, targets: [{ provider: up, model: m }] }", "5:45", "is too large: 16MiB is the most" },
        { "{ name: a, cache: { ttl: 10m, semantic: {} }, targets: [{ provider: up, model: m }] }", "5:45", "cache.semantic: the key 'embedding_model' is missing" },
        { "{ name: a, params: { stream: true }, targets: [{ provider: up, model: m }] }", "5:26", "'stream' is set by the gateway itself" },
        { "{ name: a, override: { model: x }, targets: [{ provider: up, model: m }] }", "5:28", "'model' is set by the gateway itself" },
        { "{ name: a, params: { temperature: .inf }, targets: [{ provider: up, model: m }] }", "5:39", "a number for YAML but not for JSON" },
        { "{ name: a, params: { top_p: .5 }, targets: [{ provider: up, model: m }] }", "5:33", "a number for YAML but not for JSON" },
        { "{ name: a, params: { seed: 0x1F }, targets: [{ provider: up, model: m }] }", "5:32", "a number for YAML but not for JSON" },
        { "{ name: a, params: [1], targets: [{ provider: up, model: m }] }", "5:24", "must be a mapping of request fields" },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_wrong_document_gives_one_error_at_its_place(string yaml, string place, string message) => RequireOneError(yaml, place, message);

    [Theory]
    [MemberData(nameof(Additions))]
    public void A_wrong_section_gives_one_error_at_its_place(string yaml, string place, string message) => RequireOneError(Base + yaml, place, message);

    [Fact]
    public void An_alias_does_not_stand_for_what_only_a_wildcard_matches() => RequireOneError(
        "providers: [{ name: up, kind: demo }]\nmodels: [{ name: \"gpt-*\", targets: [{ provider: up, model: \"*\" }] }]\naliases: { best: gpt-5 }",
        "3:18", "aliases.best: only the wildcard 'gpt-*' matches this; an alias stands for a model that is named");

    [Theory]
    [MemberData(nameof(Models))]
    public void A_wrong_model_gives_one_error_at_its_place(string model, string place, string message) => RequireOneError(
        $"providers:\n  - {{ name: up, kind: openai-compatible, base_url: \"http://127.0.0.1:9100/v1\" }}\n  - {{ name: mute, kind: mute }}\nmodels:\n  - {model}\n", place, message);

    private static void RequireOneError(string yaml, string place, string message)
    {
        var (config, errors) = TestConfig.Bind(yaml);

        config.Should().BeNull();
        errors.Should().ContainSingle("one mistake is one error");
        errors[0].ToString().Should().StartWith($"gateway.yaml:{place}: ").And.Contain(message);
    }
}
