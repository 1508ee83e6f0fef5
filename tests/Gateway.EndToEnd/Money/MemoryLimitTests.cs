using System.Collections.Concurrent;
using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Money;

/// <summary>R14: less memory than the load asks for. (The kernel's own way to end a process for it is kill -9: <see cref="KillTests"/>.)</summary>
[Collection(Alone.Name)]
public sealed class MemoryLimitTests(ITestOutputHelper output)
{
    private const int Requests = 48, AtATime = 16, BodyBytes = 8 * 1024 * 1024;

    /// <summary>96 MiB, in the runtime's hexadecimal: a good half of what <see cref="AtATime"/> bodies take.</summary>
    private const string HeapLimit = "6000000";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task With_too_little_memory_for_its_load_a_gateway_answers_or_refuses_and_its_books_are_the_bill_whatever_became_of_it()
    {
        await using var bound = await BoundGateway.StartAsync(StoreKind.Sqlite, long.MaxValue / 4, variable: ("DOTNET_GCHeapHardLimit", HeapLimit));
        (await bound.AskAsync("first")).Should().Be(HttpStatusCode.OK);
        (await bound.Gateway.MetricsAsync()).Sum("dotnet_gc_heap_limit_bytes").Should().Be(Convert.ToInt64(HeapLimit, 16), "an alert stands on it");
        var pad = $"\"max_tokens\":500,\"pad\":\"{new string('x', BodyBytes)}\"";
        var ends = new ConcurrentQueue<string>();

        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (i, _) =>
        {
            var name = $"big-{i}";
            try
            {
                var answer = await bound.App.ChatAsync(Ask.Chat("fast", new Script { Case = name, PromptTokens = 100, CompletionTokens = 400 }, extra: pad));
                if (answer.Status == HttpStatusCode.OK)
                    bound.Acknowledged[name] = 0;
                ends.Enqueue($"{(int)answer.Status}");
            }
            catch (HttpRequestException e)
            {
                ends.Enqueue(e.HttpRequestError.ToString());
            }
        });

        output.WriteLine($"{string.Join(", ", ends.GroupBy(static e => e).Select(static g => $"{g.Key}: {g.Count()}"))}; the process {(bound.Gateway.HasExited ? "ended" : "lives")}");
        ends.Should().HaveCount(Requests, "each has an end").And.Contain(static e => e != "200", "it is too much");
        if (bound.Gateway.HasExited)
            await bound.Gateway.StartAsync();
        await Eventually.TrueAsync(async () => await bound.AskAsync(Ask.NewCase("after")) == HttpStatusCode.OK, Soon, static () => "service as before");
        var books = await bound.RequireTruthAsync();
        output.WriteLine($"{books.Compared} compared with the bill, {books.InDoubt.Count()} in doubt");
    }
}
