using System.Globalization;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Security;

/// <summary>A megabyte wherever a text can stand is refused or kept within bounds, at once, and changes nothing that was not asked for (reliability S4).</summary>
public sealed class LongTextTests(ITestOutputHelper output)
{
    /// <summary>Of bytes: 1 MiB is the most a body may have. Written as <c>\u0027</c>, six of them are a quote.</summary>
    private const int InBody = 1_000_000, Escaped = InBody / 6;

    /// <summary>Of characters: a request's first line has 8 KiB at most, its headers 16 KiB together. What is longer never comes as far as a route.</summary>
    private const int InPath = 7_500, InHeader = 15_000;

    /// <summary>Half of all answers have to be faster.</summary>
    private static readonly TimeSpan Typical = TimeSpan.FromMilliseconds(50);

    /// <summary>Of characters, what may be kept: a prompt's text is there to be long (docs/prompts.md).</summary>
    private static int Most(AdminInput input) => input.Path.EndsWith("/versions", StringComparison.Ordinal) && (input.Name.EndsWith("/content", StringComparison.Ordinal) || input.Name.StartsWith("partials/", StringComparison.Ordinal)) ? 256 * 1024 : 2000;

    /// <summary>What a server could take otherwise than a file is few of them.</summary>
    private static char[] Fillings(StoreKind kind) => kind == StoreKind.Postgres ? ['a', '\0'] : ['a', '\'', '\0', 'é'];

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_megabyte_at_any_place_of_the_admin_API_is_answered_at_once(StoreKind kind)
    {
        await using var rig = await InjectionRig.StartAsync(kind);
        var before = await rig.CensusAsync();
        var (number, began) = (0, rig.Times.Count);

        foreach (var input in rig.Surface.Inputs().ToList())
            foreach (var filling in input.Place is "path" or "query" ? ['a', '%'] : Fillings(kind))
            {
                var text = new string(filling, input.Place switch { "body" => filling == 'a' ? InBody : Escaped, "header" => InHeader, _ => filling == 'a' ? InPath : InPath / 3 });
                var (status, answer) = await rig.SendAsync(input, text, ++number);
                if (status is >= 200 and < 300 && !input.IsReading && text.Length > Most(input) && answer.Contains(text[..2000], StringComparison.Ordinal))
                    rig.Note($"{input} keeps {text.Length} times '{filling}'");
            }

        Judge(rig, began);
        rig.Wrong.Should().BeEmpty();
        await rig.RequireOwnChangesAloneAsync(before, "what is refused changes nothing");
        (await rig.Gateway.AuditAsync()).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task A_megabyte_at_any_place_of_a_request_for_a_model_is_answered_at_once()
    {
        await using var rig = await InjectionRig.StartAsync(StoreKind.Sqlite);
        var before = await rig.CensusAsync();
        var (requests, began) = ((await rig.Upstream.StatsAsync()).Requests, rig.Times.Count);

        foreach (var filling in Fillings(StoreKind.Sqlite))
        {
            var text = new string(filling, filling == 'a' ? InBody : Escaped);
            foreach (var route in Enum.GetValues<Route>())
                foreach (var body in Bodies(route, text))
                    await rig.SendAsync("POST", route.Path(), SharedRig.SpenderKey, body);
            var header = InjectionRig.Sendable(text[..InHeader]);
            foreach (var name in new[] { "x-gateway-tags", "x-gateway-user", "x-gateway-fallbacks", "x-gateway-timeout", "Idempotency-Key", "x-request-id", "traceparent", "tracestate", "x-session-id", "User-Agent", "Accept", "Cookie" })
                await rig.SendAsync("POST", Caller.Chat, SharedRig.SpenderKey, Ask.Chat("fast", new Script(), extra: "\"user\":\"header\""), (name, header[..Math.Min(header.Length, InHeader / (filling == 'é' ? 2 : 1))]));
            foreach (var name in new[] { "Authorization", "x-api-key", "api-key" })
                (await rig.SendAsync("POST", Caller.Chat, null, Ask.Chat("fast", new Script()), (name, filling == 'é' ? header[..(InHeader / 2)] : header))).Status.Should().Be(401);
        }
        foreach (var path in new[] { $"/v1/models/{new string('a', InPath)}", $"/v1/models?{new string('a', InPath)}=1", $"{Caller.Chat}/{new string('%', InPath)}" })
            await rig.SendAsync("GET", path, SharedRig.SpenderKey, null);

        Judge(rig, began);
        rig.Wrong.Should().BeEmpty();
        var sent = (await rig.Upstream.StatsAsync()).Requests - requests;
        sent.Should().BePositive("a long text is no wrong text");
        var rows = await rig.Gateway.LedgerAsync();
        rows.Should().HaveCount((int)sent + 2).And.OnlyContain(static r => r.User == null || r.User.Length <= 256);
        var after = await rig.CensusAsync();
        foreach (var table in new[] { "entity", "audit", "price" })
            after[table].Should().Be(before[table], table);
        (await rig.Gateway.AuditAsync()).ExitCode.Should().Be(0);
    }

    /// <summary>A megabyte of each member that the gateway reads, and of one it does not know.</summary>
    private static IEnumerable<string> Bodies(Route route, string text)
    {
        var quoted = JsonSerializer.Serialize(text);
        string Body(string members) => $"{{{members},{route switch
        {
            Route.Chat or Route.CountTokens => "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]",
            Route.Messages => "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]" + (members.Contains("max_tokens", StringComparison.Ordinal) ? "" : ",\"max_tokens\":100"),
            Route.Completions => "\"prompt\":\"x\"",
            Route.Rerank => "\"query\":\"x\",\"documents\":[\"x\"]",
            _ => "\"input\":\"x\"",
        }}}}";
        yield return Body($"\"model\":{quoted}");
        yield return route switch
        {
            Route.Chat or Route.CountTokens => $$"""{"model":"fast","messages":[{"role":"user","content":{{quoted}}}]}""",
            Route.Messages => $$"""{"model":"fast","max_tokens":100,"messages":[{"role":"user","content":{{quoted}}}]}""",
            Route.Rerank => $$"""{"model":"fast","query":{{quoted}},"documents":["x"]}""",
            Route.Completions => $$"""{"model":"fast","prompt":{{quoted}}}""",
            _ => $$"""{"model":"fast","input":{{quoted}}}""",
        };
        foreach (var name in new[] { "user", "metadata", "stop", "unknown", "stream", "max_tokens", "n", "stream_options", "service_tier", "temperature" })
            yield return Body($"\"model\":\"fast\",\"{name}\":{quoted}");
        yield return Body($"\"model\":\"fast\",{quoted}:1");
    }

    private void Judge(InjectionRig rig, int began)
    {
        var times = rig.Times.Skip(began).OrderBy(static t => t.Took).ToList();
        var median = times[times.Count / 2].Took;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{times.Count} requests, half within {median.TotalMilliseconds:0.0} ms, 99 % within {times[times.Count * 99 / 100].Took.TotalMilliseconds:0.0} ms"));
        foreach (var (took, what) in times.AsEnumerable().Reverse().Take(3))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0.0} ms: {what[..Math.Min(what.Length, 150)]}"));
        median.Should().BeLessThan(Typical);
    }
}
