using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Cache;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Tests.Metering;
using Gateway.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Cache;

public sealed class StoreTierTests : IAsyncDisposable
{
    private static readonly CacheKey Key = new(SHA256.HashData("a request"u8));

    private readonly StubStore _store = new();
    private readonly StoreTier _tier;

    public StoreTierTests() => _tier = new(_store, TimeProvider.System, NullLogger<StoreTier>.Instance);

    public ValueTask DisposeAsync() => _tier.DisposeAsync();

    [Fact]
    public async Task An_answer_comes_back_with_everything_that_is_known_about_it()
    {
        var answer = CacheRig.Answer("{\"a\":1}", null, new CacheTag("t", 7)) with { DroppedParams = "logprobs", UsageSource = UsageSource.Estimated, Until = DateTimeOffset.UtcNow.AddHours(1) };
        _tier.Start();
        _tier.Add(Key, answer, 1_000_000);
        await _tier.StopAsync();

        var found = await FindAsync(new(0, new Dictionary<string, long>(), new Dictionary<string, long> { ["t"] = 7 }, new Dictionary<string, long>()));

        found.Should().BeEquivalentTo(answer, static o => o.Excluding(static a => a.Body));
        found!.Body.ToArray().Should().Equal(answer.Body.ToArray());
        (await FindAsync(CachePurges.None)).Should().BeNull("the tag was purged at another time");
    }

    [Fact]
    public void What_was_written_before_a_usage_had_its_source_is_found_as_exact()
    {
        var stored = AnswerHead.Write(Key, CacheRig.Answer() with { UsageSource = UsageSource.Estimated, Until = DateTimeOffset.MaxValue });
        var former = JsonNode.Parse(stored.Head)!.AsObject();
        former.Remove("UsageSource").Should().BeTrue();

        AnswerHead.Read(stored with { Head = former.ToJsonString() })!.UsageSource.Should().Be(UsageSource.Exact);
    }

    [Fact]
    public async Task A_store_that_fails_is_a_miss_and_is_left_alone_for_a_while()
    {
        _store.Read = static () => throw new StoreException("away");

        (await FindAsync()).Should().BeNull();
        (await FindAsync()).Should().BeNull();
        _store.Reads.Should().Be(1);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_a_miss_too()
    {
        var never = new TaskCompletionSource<StoredAnswer?>();
        _store.Read = () => never.Task;

        (await FindAsync().WaitAsync(TimeSpan.FromSeconds(20))).Should().BeNull();
        never.SetResult(null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"Model":null}""")]
    public async Task What_somebody_else_wrote_there_is_a_miss(string head)
    {
        _store.Read = () => Task.FromResult<StoredAnswer?>(new(Key.ToArray(), head, new byte[3], DateTimeOffset.MaxValue));

        (await FindAsync()).Should().BeNull();
    }

    [Fact]
    public async Task A_write_that_fails_costs_that_answer_and_no_other()
    {
        _store.FailWrites = 1;
        _tier.Start();
        _tier.Add(Key, CacheRig.Answer("lost"), 1_000_000);
        _tier.Add(new(SHA256.HashData("another"u8)), CacheRig.Answer("kept"), 1_000_000);
        await _tier.StopAsync();

        _store.Written.Should().ContainSingle().Which.Body.ToArray().Should().Equal("kept"u8.ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_not_written_and_a_queue_that_is_full_drops()
    {
        _tier.Add(Key, CacheRig.Answer("long"), 10);
        _tier.Dropped.Should().Be(0);
        for (var i = 0; i < 100; i++) _tier.Add(Key, CacheRig.Answer("more"), 1_000_000);   // nobody writes: it was not started

        _tier.Dropped.Should().Be(36);
    }

    [Fact]
    public async Task What_expired_is_deleted_every_minute_whether_answers_are_written_or_not()
    {
        var time = new ManualTimers(new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));
        await using var tier = new StoreTier(_store, time, NullLogger<StoreTier>.Instance);
        await tier.FindAsync(Key, CachePurges.None, CancellationToken.None);
        tier.Start();

        for (var i = 1; i <= 2; i++)
        {
            var sweeps = i;
            time.Advance(TimeSpan.FromMinutes(1));
            await Ledgers.EventuallyAsync(() => _store.Prunes.Count == sweeps, "the store to be swept");
        }

        _store.Prunes.Should().AllBeEquivalentTo(long.MaxValue, "nobody said yet how much may stay");
    }

    [Fact]
    public async Task As_many_as_fit_stay_and_a_store_that_no_model_uses_is_not_asked()
    {
        await _tier.SweepAsync();
        _store.Prunes.Should().BeEmpty();

        _tier.Add(Key, CacheRig.Answer("kept"), 1_000_000);
        await _tier.SweepAsync();

        _store.Prunes.Should().Equal(1_000_000);
    }

    private Task<CachedAnswer?> FindAsync(CachePurges? purges = null) => _tier.FindAsync(Key, purges ?? CachePurges.None, CancellationToken.None).AsTask();

    private sealed class StubStore : ICacheStore
    {
        public Func<Task<StoredAnswer?>>? Read { get; set; }

        public int Reads { get; private set; }

        public int FailWrites { get; set; }

        public List<StoredAnswer> Written { get; } = [];

        public async ValueTask<StoredAnswer?> ReadAsync(ReadOnlyMemory<byte> id, DateTimeOffset now, CancellationToken cancellationToken)
        {
            Reads++;
            return Read is null ? Written.LastOrDefault(w => w.Id.Span.SequenceEqual(id.Span)) : await Read();
        }

        public ValueTask WriteAsync(StoredAnswer answer, CancellationToken cancellationToken)
        {
            if (FailWrites-- > 0) throw new StoreException("full");
            Written.Add(answer);
            return ValueTask.CompletedTask;
        }

        /// <summary>The capacity of each sweep.</summary>
        public ConcurrentQueue<long> Prunes { get; } = new();

        public ValueTask<int> PruneAsync(DateTimeOffset now, long capacity, int limit, CancellationToken cancellationToken)
        {
            Prunes.Enqueue(capacity);
            return new(0);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
