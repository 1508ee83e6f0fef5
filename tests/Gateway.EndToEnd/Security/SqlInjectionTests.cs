using System.Globalization;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Security;

/// <summary>
/// Every text that comes from outside and can get as far as a statement is filled with what would change it (reliability S4). GATEWAY_SEED repeats a run; GATEWAY_PAYLOADS is how many
/// texts each place gets.
/// </summary>
public sealed class SqlInjectionTests(ITestOutputHelper output)
{
    private const int AtATime = 8;

    private static readonly int Payloads = Number("GATEWAY_PAYLOADS", 10);

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task No_text_in_any_place_of_the_admin_API_is_ever_a_statement(StoreKind kind)
    {
        var seed = Seed();
        var random = new Random(seed);
        await using var rig = await InjectionRig.StartAsync(kind);
        var inputs = rig.Surface.Inputs().ToList();
        inputs.Select(static i => i.Place).Distinct().Should().BeEquivalentTo("path", "query", "header", "body");
        var before = await rig.CensusAsync();

        await PairsAsync(rig, inputs, random);
        var work = inputs.SelectMany(i => new SqlPayloads(random).Take(Payloads).Select(p => (Input: i, Text: p))).Select(static (w, n) => (w.Input, w.Text, Number: n + 1)).ToList();
        await Parallel.ForEachAsync(work, Options, async (w, _) => await rig.SendAsync(w.Input, w.Text, w.Number));

        output.WriteLine($"{inputs.Count} places, {work.Count} texts, {rig.Changes} changes that were right, {rig.Entries} entries more");
        rig.Wrong.Should().BeEmpty($"seed {seed}");
        rig.Changes.Should().BePositive("some texts are harmless notes, and get as far as the store");
        await rig.RequireOwnChangesAloneAsync(before, $"seed {seed}");
        (await rig.Gateway.LedgerAsync()).Should().HaveCount(2);
        await AuditAsync(rig);
    }

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task No_text_of_a_client_is_ever_a_statement_and_its_rows_have_it_as_it_was(StoreKind kind)
    {
        var seed = Seed();
        await using var rig = await InjectionRig.StartAsync(kind);
        var before = await rig.CensusAsync();
        var requests = (await rig.Upstream.StatsAsync()).Requests;
        var users = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();

        await Parallel.ForEachAsync(new SqlPayloads(new Random(seed)).Take(Payloads * 5).Select(static (text, n) => (text, n)), Options, async (p, _) => await ClientAsync(rig, p.text, p.n, users));

        rig.Wrong.Should().BeEmpty($"seed {seed}");
        var sent = (await rig.Upstream.StatsAsync()).Requests - requests;
        var rows = (await rig.Gateway.LedgerAsync()).ToDictionary(static r => r.RequestId);
        output.WriteLine($"{sent} requests with such texts, {rows.Count} rows");
        users.Should().NotBeEmpty();
        foreach (var (id, user) in users)
            rows[id].User.Should().BeOneOf([Kept(user), Kept(user).Replace('\0', '\uFFFD')], $"it is a text, of which PostgreSQL cannot keep U+0000 (seed {seed})");
        var after = await rig.CensusAsync();
        after.Keys.Should().Equal(before.Keys);
        after["ledger"].Should().Be(before["ledger"] + sent, $"a row of each attempt, and nothing else (seed {seed})");
        foreach (var table in new[] { "entity", "audit", "price" })
            after[table].Should().Be(before[table], table);
        await AuditAsync(rig);
    }

    /// <summary>True and false are told apart only by who runs them.</summary>
    private static async Task PairsAsync(InjectionRig rig, IReadOnlyList<AdminInput> inputs, Random random)
    {
        var pairs = inputs.Where(static i => i.IsReading).SelectMany(i => new SqlPayloads(random).Pairs(Payloads).Select(p => (Input: i, p.True, p.False))).ToList();
        await Parallel.ForEachAsync(pairs, Options, async (p, _) =>
        {
            var (yes, no) = (await rig.SendAsync(p.Input, p.True, 0), await rig.SendAsync(p.Input, p.False, 0));
            if (yes.Status != no.Status || Meaning(yes.Text) != Meaning(no.Text))
                rig.Note($"{p.Input}: '{p.True}' and '{p.False}' are not the same: {yes} {no}");
        });
    }

    private static async Task ClientAsync(InjectionRig rig, string text, int number, System.Collections.Concurrent.ConcurrentDictionary<string, string> users)
    {
        var (quoted, header) = (Ask.Quote(text), InjectionRig.Sendable(text));
        var script = new Directive { Script = new Script { Case = string.Create(CultureInfo.InvariantCulture, $"sql-{number}") } };
        foreach (var route in Enum.GetValues<Route>())
        {
            var (status, _, id) = await rig.SendAsync("POST", route.Path(), SharedRig.SpenderKey, route.Ask("fast", script, text, extra: $"\"metadata\":{{\"session\":{quoted}}},\"session_id\":{quoted}"));
            if (status == 200)
                users[id!] = text;
        }
        await rig.SendAsync("POST", Caller.Chat, SharedRig.SpenderKey, Ask.Chat(text, "x"));
        await rig.SendAsync("GET", $"/v1/models/{InjectionRig.Escape(text)}", SharedRig.SpenderKey, null);
        foreach (var credential in new[] { "Authorization", "x-api-key", "api-key" })
            await rig.SendAsync("POST", Caller.Chat, null, Ask.Chat("fast", script, "x"), (credential, credential == "Authorization" ? $"Bearer {header}" : header));
        foreach (var name in new[] { "x-gateway-tags", "Idempotency-Key", "x-request-id", "traceparent", "x-session-id", "User-Agent" })
            await rig.SendAsync("POST", Caller.Chat, SharedRig.SpenderKey, Ask.Chat("fast", script, "x"), (name, header));
        var named = await rig.SendAsync("POST", Caller.Chat, SharedRig.SpenderKey, Ask.Chat("fast", script, "x"), ("x-gateway-user", header));
        if (named.Status == 200 && header.Length > 0)
            users[named.RequestId!] = header;
    }

    /// <summary>Of an error what it is, and not the text that it repeats.</summary>
    private static string Meaning(string text)
    {
        if (!text.StartsWith('{'))
            return text;
        using var json = JsonDocument.Parse(text);
        return json.RootElement.TryGetProperty("error", out var error) ? $"{error.GetProperty("code")} {error.GetProperty("param")}" : text;
    }

    /// <summary>A row keeps 256 bytes of a user's name, whole characters of it.</summary>
    private static string Kept(string user)
    {
        var kept = new System.Text.StringBuilder();
        var bytes = 0;
        foreach (var rune in user.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > 256)
                break;
            kept.Append(rune);
        }
        return kept.ToString();
    }

    private static async Task AuditAsync(InjectionRig rig)
    {
        var (code, audit) = await rig.Gateway.AuditAsync();
        code.Should().Be(0, audit);
        audit.Should().EndWith("0 differences\n");
    }

    private static ParallelOptions Options => new() { MaxDegreeOfParallelism = AtATime };

    private int Seed()
    {
        var seed = Number("GATEWAY_SEED", Environment.TickCount);
        output.WriteLine($"GATEWAY_SEED={seed} GATEWAY_PAYLOADS={Payloads}");
        return seed;
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { } set ? int.Parse(set, CultureInfo.InvariantCulture) : otherwise;
}
