using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Money;

/// <summary>kill -9 while answers stand at named points, each held there by the upstream (M2). Every one of them is on the bill in full, whatever of it was sent.</summary>
[Collection(Alone.Name)]
public sealed class KillPointTests(ITestOutputHelper output)
{
    // Room for what stands, what is answered before the kill, and some more after it.
    private const int Standing = 16, AnsweredBefore = 12;
    private static readonly long s_limit = 40 * BoundGateway.Price;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>Where an answer stands, and what a client that streams has by then. Usage it does not have before the row is safe.</summary>
    private static readonly (string Name, Script Script, string? Marker)[] s_points =
    [
        ("reserved", new() { Stall = Stall.Headers }, null),
        ("headers", new() { Stall = Stall.First }, null),
        ("chunk", new() { Stall = Stall.Middle, After = 1 }, "tok0"),
        ("usage", new() { Stall = Stall.End }, "\"finish_reason\":\"stop\""),
    ];

    [SkippableTheory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Wherever_an_answer_stood_at_the_kill_its_row_charges_what_it_held_and_the_budget_is_not_exceeded(StoreKind kind)
    {
        await using var bound = await BoundGateway.StartAsync(kind, s_limit);
        await bound.AskAllAsync("settled", AnsweredBefore / 2);
        var held = new Dictionary<string, long>();
        var answers = new List<Task<bool>>();
        foreach (var (name, script, marker, stream) in s_points.SelectMany(static p => new[] { false, true, false, true }.Select(stream => (p.Name, p.Script, p.Marker, stream))))
        {
            var before = await bound.HeldAsync();
            var attempt = $"{name}-{held.Count}";
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            answers.Add(ReadAsync(bound.App, BoundGateway.Body(script with { Case = attempt, BillAtOnce = true }, stream), stream ? marker : null, seen));
            await Eventually.TrueAsync(async () => (await bound.Upstream.StatsAsync()).Held == answers.Count, Soon, () => $"{attempt} to stand");
            await Eventually.TrueAsync(() => seen.Task.IsCompleted, Soon, () => $"the client to have {marker} of {attempt}");
            await Eventually.TrueAsync(() => TcpTable.UnreadFrom(bound.Upstream.Port) == 0, Soon, () => $"the gateway to have read what there is of {attempt}");
            held[attempt] = await bound.HeldAsync() - before;
        }
        held.Should().HaveCount(Standing).And.OnlyContain(static h => h.Value >= BoundGateway.Price);
        // The last of them are in the journal and nowhere else when the process dies.
        await bound.AskAllAsync("fresh", AnsweredBefore / 2);

        await bound.Gateway.KillAsync();
        (await Task.WhenAll(answers)).Should().OnlyContain(static ended => !ended);
        await bound.Gateway.StartAsync();
        var more = await bound.SpendAllAsync("after");

        var books = await bound.RequireTruthAsync();
        output.WriteLine($"{books.Compared} compared with the bill, {held.Count} in doubt, {more} more until the budget was spent");
        bound.Acknowledged.Should().HaveCount(AnsweredBefore + more);
        books.Compared.Should().Be(AnsweredBefore + Standing + more);
        books.InDoubt.ToDictionary(static r => r.User!, static r => r.CostNanoUsd).Should().BeEquivalentTo(held, "what is in doubt is charged at what it held");
        bound.Gateway.Output.Should().Contain($"{Standing} attempts it had under way are in doubt");
        bound.Upstream.Invoice.Sum(static l => l.NanoUsd).Should().BeLessThanOrEqualTo(s_limit, "the provider billed no more than the budget");
        more.Should().BeInRange(1, (int)(s_limit / BoundGateway.Price) - AnsweredBefore - Standing);
    }

    /// <summary>Whether the answer came to its end.</summary>
    private static async Task<bool> ReadAsync(Caller app, string body, string? marker, TaskCompletionSource seen)
    {
        if (marker is null)
            seen.SetResult();
        var text = new StringBuilder();
        try
        {
            using var response = await app.OpenAsync(body);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(), Encoding.UTF8);
            var buffer = new char[4096];
            int read;
            while ((read = await reader.ReadAsync(buffer)) > 0)
            {
                text.Append(buffer, 0, read);
                if (marker is not null && text.ToString().Contains(marker, StringComparison.Ordinal))
                    seen.TrySetResult();
            }
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }
}
