using System.Diagnostics;
using System.Globalization;
using System.Net;
using Gateway.EndToEnd.Overload;
using Gateway.EndToEnd.Rig;
using Gateway.EndToEnd.Streams;
using Gateway.FakeUpstream;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Operation;

/// <summary>How a store fares in <see cref="PoolQueueTests"/>.</summary>
public enum StoreTrouble
{
    /// <summary>Each answer takes 200 ms.</summary>
    Slow,
    /// <summary>No answer comes.</summary>
    Silent,
    /// <summary>Another process has it.</summary>
    Locked,
}

/// <summary>Whoever waits for the store does so without a thread: the pool's queue is seen through /metrics all the time, while requests come that do not wait for each other (reliability R9).</summary>
[Collection(Alone.Name)]
public sealed class PoolQueueTests(ITestOutputHelper output)
{
    private const string Queue = "dotnet_thread_pool_queue_length";

    /// <summary>Requests a second, and every which one is to be made once: so many that a store in whatever trouble cannot keep up with them.</summary>
    private const int Rate = 120, Once = 10;

    /// <summary>Twice what it takes to give a silent store up.</summary>
    private static readonly TimeSpan s_load = TimeSpan.FromSeconds(12);

    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(25);

    // More than all of them can cost: nothing is refused for want of money.
    private static readonly long s_limit = 1_000_000 * BoundGateway.Price;

    [SkippableTheory]
    [InlineData(StoreKind.Postgres, StoreTrouble.Slow)]
    [InlineData(StoreKind.Postgres, StoreTrouble.Silent)]
    [InlineData(StoreKind.Sqlite, StoreTrouble.Locked)]
    public async Task Under_load_no_work_piles_up_before_the_thread_pool_while_the_store_is_in_trouble(StoreKind kind, StoreTrouble trouble)
    {
        await using var bound = await BoundGateway.StartAsync(kind, s_limit);
        await bound.AskAllAsync("before", 20);

        IReadOnlyList<Asked> answers;
        IReadOnlyList<Seen> queue;
        await using (await BeginAsync(bound, trouble))
        {
            var load = OpenLoop.RunAsync(Rate, s_load, i => AskAsync(bound, i, isOnce: i % Once == 0));
            queue = await WatchAsync(bound, load);
            answers = await load;
        }
        Report(answers, queue);

        queue.Max(static s => s.Length).Should().BeLessThan(Rate / 2, "half a second's requests are a standstill");
        Longest(queue).Should().BeLessThan(TimeSpan.FromSeconds(3), "what waits for a thread gets one");
        var others = answers.Where(static a => !a.IsOnce).Select(static a => a.Took).Order().ToList();
        // A budget that gateways share is not spent beyond what this one has of it while nobody can be asked for more. Until a silent server is given up, they wait for 2 s.
        others[others.Count * 95 / 100].Should().BeLessThan(TimeSpan.FromSeconds(trouble == StoreTrouble.Silent ? 3 : 1));
        others[^1].Should().BeLessThan(TimeSpan.FromSeconds(5));
        answers.Where(static a => !a.IsOnce).Should().OnlyContain(a => a.Status == HttpStatusCode.OK || (trouble == StoreTrouble.Silent && a.Status == HttpStatusCode.ServiceUnavailable));
        answers.Where(static a => a.IsOnce).Should().OnlyContain(static a => a.Took < TimeSpan.FromSeconds(15) && (a.Status == HttpStatusCode.OK || a.Status == HttpStatusCode.ServiceUnavailable));
        await Eventually.TrueAsync(async () => (await bound.Gateway.MetricsAsync()).Sum(Queue) == 0, TimeSpan.FromSeconds(5), static () => "nothing to wait for a thread");
        await bound.RequireTruthAsync();
    }

    private static async Task<IAsyncDisposable?> BeginAsync(BoundGateway bound, StoreTrouble trouble)
    {
        if (trouble == StoreTrouble.Locked)
            return await bound.HoldRowsBackAsync();
        return bound.Disturb(trouble == StoreTrouble.Silent ? new() { Blackhole = true } : new() { Delay = TimeSpan.FromMilliseconds(200) });
    }

    private static async Task<Asked> AskAsync(BoundGateway bound, int number, bool isOnce)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"ask-{number}");
        var script = new Script { HeadersMs = 50 };
        var began = Stopwatch.GetTimestamp();
        if (!isOnce)
            return new(false, await bound.AskAsync(name, stream: number % 2 == 1, script), Stopwatch.GetElapsedTime(began));
        var answer = await bound.App.ChatAsync(BoundGateway.Body(script with { Case = name }, stream: false), ("Idempotency-Key", name));
        if (answer.Status == HttpStatusCode.OK)
            bound.Acknowledged[name] = 0;
        return new(true, answer.Status, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>The pool's queue as long as the load lasts.</summary>
    private static async Task<IReadOnlyList<Seen>> WatchAsync(BoundGateway bound, Task load)
    {
        var seen = new List<Seen>();
        using var pace = new PeriodicTimer(s_pace);
        var clock = Stopwatch.StartNew();
        while (!load.IsCompleted)
        {
            var asked = clock.Elapsed;
            var metrics = await bound.Gateway.MetricsAsync();
            metrics.Has(Queue).Should().BeTrue();
            seen.Add(new(clock.Elapsed, clock.Elapsed - asked, metrics.Sum(Queue)));
            await pace.WaitForNextTickAsync();
        }
        return seen;
    }

    /// <summary>The longest time from one empty queue to the next.</summary>
    private static TimeSpan Longest(IReadOnlyList<Seen> queue)
    {
        var (longest, empty) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var (at, _, length) in queue.Append(new(queue[^1].At, default, 0)))
        {
            longest = at - empty > longest ? at - empty : longest;
            empty = length == 0 ? at : empty;
        }
        return longest;
    }

    private void Report(IReadOnlyList<Asked> answers, IReadOnlyList<Seen> queue)
    {
        foreach (var group in answers.GroupBy(static a => (a.IsOnce, a.Status)))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(group.Key.IsOnce ? "once" : "others")} {(int)group.Key.Status}: {group.Count()}, the longest {group.Max(static a => a.Took.TotalMilliseconds):0} ms"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"queue: {queue.Count} looks, the longest took {queue.Max(static s => s.Took.TotalMilliseconds):0} ms, the longest queue {queue.Max(static s => s.Length)}, {queue.Count(static s => s.Length == 0)} times empty, {Longest(queue).TotalMilliseconds:0} ms without being empty"));
    }

    private sealed record Asked(bool IsOnce, HttpStatusCode Status, TimeSpan Took);

    private sealed record Seen(TimeSpan At, TimeSpan Took, double Length);
}
