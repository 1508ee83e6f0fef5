using System.Text;

using Gateway.Config;
using Gateway.Storage.Postgres;

namespace Gateway.Tests.Config;

public class ValidConfigTests
{
    private const string Base = "providers: [{ name: up, kind: openai-compatible, base_url: \"http://127.0.0.1:9100/v1\" }]\n";

    [Fact]
    public void What_is_left_out_has_the_records_defaults() =>
        TestConfig.Valid("store: sqlite:data/gateway.db").Should().BeEquivalentTo(new GatewayConfig());

    [SkippableFact]
    public void The_benchmarks_configuration_loads()
    {
        var shared = Environment.GetEnvironmentVariable("GATEWAY_SHARED") ?? Path.Combine(RepositoryFiles.Root, "..", "shared");
        var path = Path.Combine(shared, "bench", "gateway.yaml");
        Skip.IfNot(File.Exists(path), $"needs the shared benchmark folder: set GATEWAY_SHARED ({path} is not there)");

        var config = TestConfig.Valid(File.ReadAllText(path));

        config.Keys.Should().ContainSingle().Which.Hash.Should().Be(KeyHash.Of(new("sk-bench")));
        config.Keys[0].Limits.Should().Be(new LimitsConfig { Rpm = 100_000_000, Tpm = 100_000_000_000, Concurrency = 100_000 });
        config.Models[0].Price.Should().Be(new PriceConfig { Input = 1, Output = 2 });
        config.Teams[0].Budgets.Should().Equal(new BudgetConfig { Limit = 1_000_000, Period = BudgetPeriod.Month });
    }

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("5m", 300_000)]
    [InlineData("12h", 43_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("0s", 0)]
    public void Durations_have_their_unit(string text, long milliseconds) =>
        TestConfig.Valid($"server: {{ drain: {text} }}").Server.Drain.Should().Be(TimeSpan.FromMilliseconds(milliseconds));

    [Theory]
    [InlineData("32MiB", 32 * 1024 * 1024)]
    [InlineData("500KB", 500_000)]
    [InlineData("4KiB", 4096)]
    [InlineData("4096", 4096)]
    [InlineData("4096B", 4096)]
    [InlineData("1GiB", 1 << 30)]
    public void Sizes_are_bytes_or_have_their_unit(string text, long bytes) =>
        TestConfig.Valid($"server: {{ max_body: {text} }}").Server.MaxBody.Should().Be(bytes);

    [Theory]
    [InlineData("1s", LedgerSync.Interval, 1)]
    [InlineData("always", LedgerSync.Always, 1)]
    public void The_ledger_is_synced_by_interval_or_always(string text, LedgerSync sync, int seconds) =>
        TestConfig.Valid($"ledger: {{ sync: {text} }}").Ledger.Should().Be(new LedgerConfig(sync, TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("24h", 86_400)]
    [InlineData("0s", 0)]
    [InlineData("30d", 2_592_000)]
    public void An_answer_is_kept_for_a_while_or_not_at_all(string text, long seconds) =>
        TestConfig.Valid($"idempotency: {{ keep: {text} }}").Idempotency.Keep.Should().Be(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void The_journal_can_have_a_place_of_its_own() =>
        TestConfig.Valid("ledger: { journal: /var/lib/gateway/journal }").Ledger.Should().Be(new LedgerConfig { Journal = "/var/lib/gateway/journal" });

    [Theory]
    [InlineData("postgres://user:pa55word@db/gateway", "postgres://user:***@db/gateway", "user", "pa55word", "db", 5432, "gateway")]
    [InlineData("postgresql://db/gateway", "postgres://db/gateway", null, null, "db", 5432, "gateway")]
    [InlineData("postgres://db.example.com:6432/g", "postgres://db.example.com:6432/g", null, null, "db.example.com", 6432, "g")]
    [InlineData("postgres://u%40x:p%40%2F%3A%25@[::1]:5433/my%20db", "postgres://u@x:***@[::1]:5433/my db", "u@x", "p@/:%", "::1", 5433, "my db")]
    [InlineData("postgres://u@10.0.0.7/g?", "postgres://u@10.0.0.7/g", "u", null, "10.0.0.7", 5432, "g")]
    public void A_server_is_named_by_an_address_whose_text_hides_the_password(string text, string shown, string? user, string? password, string host, int port, string database)
    {
        var store = TestConfig.Valid($"store: '{text}'").Store;

        store.Should().Be(new PostgresAddress { User = user, Password = password, Host = host, Port = port, Database = database });
        $"{store}".Should().Be(shown);
    }

    [Fact]
    public void A_servers_address_has_options() =>
        TestConfig.Valid("store: postgres://db/g?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&application_name=gw-1").Store.Should().Be(new PostgresAddress
        {
            Host = "db",
            Database = "g",
            Encryption = PostgresEncryption.VerifyFull,
            RootCertificate = "/etc/ca.pem",
            ApplicationName = "gw-1",
        });

    [Fact]
    public void A_configuration_printed_whole_shows_no_password() =>
        TestConfig.Valid("store: postgres://user:pa55word@db/gateway").ToString().Should().Contain("user:***@db").And.NotContain("pa55word");

    [Theory]
    [InlineData("http://127.0.0.1:4000")]
    [InlineData("http://*:4000")]
    [InlineData("http://+:80;http://[::1]:81")]
    [InlineData("http://localhost:4000/")]
    public void Several_addresses_can_be_listened_on(string urls) =>
        TestConfig.Valid($"server: {{ urls: \"{urls}\" }}").Server.Urls.Should().Be(urls);

    [Theory]
    [InlineData("2027-01-31", "2027-01-31T23:59:59.9999999Z")]
    [InlineData("2027-01-31T18:00:00Z", "2027-01-31T18:00:00Z")]
    [InlineData("2027-01-31T18:00:00+02:00", "2027-01-31T16:00:00Z")]
    [InlineData("2027-01-31T18:00Z", "2027-01-31T18:00:00Z")]
    [InlineData("2027-01-31T18:00:00.5Z", "2027-01-31T18:00:00.5Z")]
    public void A_key_is_valid_to_the_end_of_its_last_day(string text, string instant) =>
        TestConfig.Valid($"keys: [{{ name: a, key: sk-demo, expires: \"{text}\" }}]").Keys[0].Expires.Should().Be(DateTimeOffset.Parse(instant));

    [Theory]
    [InlineData("0.2", "0.2")]
    [InlineData("-1", "-1")]
    [InlineData("1e3", "1e3")]
    [InlineData("true", "true")]
    [InlineData("~", "null")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("'0.2'", "\"0.2\"")]
    [InlineData("007", "\"007\"", false)]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("2027-01-31", "\"2027-01-31\"")]
    [InlineData("[a, 1, { b: [] }]", """["a",1,{"b":[]}]""")]
    [InlineData("\"${NUMBER}\"", "\"60\"")]
    [InlineData("'a\"b'", "\"a\\\"b\"")]
    public void Parameters_become_the_JSON_they_stand_for(string yaml, string json, bool right = true)
    {
        var (config, errors) = TestConfig.Bind(Base + $"models: [{{ name: a, targets: [{{ provider: up, model: m }}], params: {{ x: {yaml} }} }}]");

        (errors.Count == 0).Should().Be(right, "a number with leading zeros is one for YAML only");
        if (right)
            Encoding.UTF8.GetString(config!.Models[0].Params["x"].Utf8.Span).Should().Be(json);
    }

    [Fact]
    public void A_plain_parameter_from_the_environment_keeps_its_type_and_never_its_structure()
    {
        var config = TestConfig.Valid(Base + "models:\n  - name: a\n    targets: [{ provider: up, model: m }]\n    params:\n      n: ${NUMBER}\n      y: ${YAML}\n");

        Encoding.UTF8.GetString(config.Models[0].Params["n"].Utf8.Span).Should().Be("60");
        Encoding.UTF8.GetString(config.Models[0].Params["y"].Utf8.Span).Should().Be("\"}, admin: { key: x\"");
    }

    [Fact]
    public void Names_that_refer_may_stand_before_what_they_refer_to()
    {
        var config = TestConfig.Valid("""
            keys: [{ name: k, key: sk-demo, team: t, models: [m, alias, "gpt-*", gpt-4, up/anything] }]
            teams: [{ name: t }]
            aliases: { alias: other, other: m, "claude-*": gpt-4, "gpt-4*": alias }
            models:
              - { name: m, targets: [{ provider: up, model: x }] }
              - { name: "gpt-*", targets: [{ provider: up, model: "*" }] }
            providers: [{ name: up, kind: demo }]
            """);

        config.Aliases.Should().HaveCount(4).And.OnlyContain(a => a.Value == "m", "every alias ends at a model");
        config.Keys[0].Models.Should().HaveCount(5);
    }

    [Fact]
    public void A_digest_is_kept_in_lower_case() =>
        TestConfig.Valid($"keys: [{{ name: a, key_hash: {new string('A', 64)} }}]").Keys[0].Hash.ToString().Should().Be(new string('a', 64));

    [Fact]
    public void A_key_and_its_own_digest_are_the_same_secret()
    {
        var digest = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData("sk-demo"u8));

        TestConfig.Bind($"keys:\n  - {{ name: a, key: sk-demo }}\n  - {{ name: b, key_hash: {digest} }}").Errors
            .Should().ContainSingle().Which.ToString().Should().Be("gateway.yaml:3:26: keys[1].key_hash: line 2 has the same secret; every key needs its own");
    }

    [Fact]
    public void The_admin_key_is_no_virtual_key()
    {
        const string key = "0123456789abcdef0123456789abcdef";

        TestConfig.Bind($"server: {{ admin_key: {key} }}\nkeys: [{{ name: a, key: {key} }}]").Errors
            .Should().ContainSingle().Which.Message.Should().Be("line 1 has the same secret; every key needs its own");
    }

    [Fact]
    public void Every_error_is_reported_at_once_in_the_order_of_the_file()
    {
        var (_, errors) = TestConfig.Bind("""
            server: { drain: soon, admin_key: short }
            providers:
              - { name: up, kind: openai-compatible }
              - { nmae: b, kind: demo }
            models:
              - { name: a, targets: [{ provider: unknown, model: m, weight: x }] }
            keys:
              - { name: k, key: sk-1, limits: { rpm: 0 }, expires: never }
            bogus: 1
            """);

        errors.Select(e => e.Line).Should().BeInAscendingOrder().And.Equal(1, 1, 3, 4, 4, 6, 8, 8, 8, 9);
    }
}
