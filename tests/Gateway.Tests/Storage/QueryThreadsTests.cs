using System.Collections.Concurrent;
using Gateway.Storage.Sqlite;

namespace Gateway.Tests.Storage;

public class QueryThreadsTests
{
    [Fact]
    public async Task Only_so_many_run_at_a_time_and_who_gets_no_turn_is_told()
    {
        using var threads = new QueryThreads(2);
        using var go = new ManualResetEventSlim();
        var both = Enumerable.Range(0, 2).Select(n => threads.RunAsync(() => Blocked(go, n), Timeout.InfiniteTimeSpan, CancellationToken.None)).ToArray();

        (await threads.RunAsync(() => Task.FromResult(3), TimeSpan.Zero, CancellationToken.None)).IsDone.Should().BeFalse();
        var waiting = threads.RunAsync(() => Task.FromResult(4), Timeout.InfiniteTimeSpan, CancellationToken.None);
        go.Set();

        (await Task.WhenAll(both)).Should().Equal((true, 0), (true, 1));
        (await waiting).Should().Be((true, 4));
    }

    [Fact]
    public async Task The_threads_are_not_the_pools_and_are_used_again()
    {
        using var threads = new QueryThreads(3);
        var seen = new ConcurrentDictionary<Thread, bool>();

        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => threads.RunAsync(
            () =>
            {
                seen[Thread.CurrentThread] = Thread.CurrentThread.IsThreadPoolThread;
                return Task.FromResult(true);
            },
            Timeout.InfiniteTimeSpan, CancellationToken.None)));

        seen.Count.Should().BeInRange(1, 3);
        seen.Values.Should().OnlyContain(static ofPool => !ofPool);
    }

    [Fact]
    public async Task What_fails_fails_for_who_asked_and_gives_its_turn_back()
    {
        using var threads = new QueryThreads(1);
        for (var i = 0; i < 3; i++)
        {
            var failing = () => threads.RunAsync(static () => Task.FromException<int>(new TimeoutException()), TimeSpan.Zero, CancellationToken.None);
            await failing.Should().ThrowAsync<TimeoutException>();
        }

        (await threads.RunAsync(() => Task.FromResult(1), Timeout.InfiniteTimeSpan, CancellationToken.None)).Should().Be((true, 1));
    }

    [Fact]
    public async Task The_threads_end_with_their_owner()
    {
        Thread? thread = null;
        using (var threads = new QueryThreads(1))
        {
            await threads.RunAsync(
                () =>
                {
                    thread = Thread.CurrentThread;
                    return Task.FromResult(true);
                },
                Timeout.InfiniteTimeSpan, CancellationToken.None);
        }

        thread!.Join(TimeSpan.FromSeconds(10)).Should().BeTrue();
    }

    private static Task<int> Blocked(ManualResetEventSlim until, int result)
    {
        until.Wait(TimeSpan.FromSeconds(30)).Should().BeTrue();
        return Task.FromResult(result);
    }
}
