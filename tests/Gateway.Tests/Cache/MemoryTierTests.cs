using System.Security.Cryptography;
using System.Text;
using Gateway.Cache;

namespace Gateway.Tests.Cache;

public class MemoryTierTests
{
    private static readonly long Ten = 10 * CacheRig.Answer(new string('x', 100)).Size;

    private readonly MemoryTier _memory = new();

    [Fact]
    public void An_answer_is_given_until_its_time_is_over()
    {
        _memory.Add(Key(1), CacheRig.Answer("one", TimeSpan.FromSeconds(5)), Ten);

        Find(1, TimeSpan.FromSeconds(4.999)).Should().Be("one");
        Find(2).Should().BeNull();
        Find(1, TimeSpan.FromSeconds(5)).Should().BeNull();
        _memory.Bytes.Should().Be(0, "it is forgotten, and its room is free");
    }

    [Fact]
    public void A_newer_answer_takes_the_place_of_an_older_one()
    {
        _memory.Add(Key(1), CacheRig.Answer("old"), Ten);
        _memory.Add(Key(1), CacheRig.Answer("newer"), Ten);

        Find(1).Should().Be("newer");
        (_memory.Count, _memory.Bytes).Should().Be((1, CacheRig.Answer("newer").Size));
    }

    [Fact]
    public void There_are_never_more_bytes_than_there_may_be()
    {
        var random = new Random(3);
        for (var i = 0; i < 2000; i++)
        {
            _memory.Add(Key(random.Next(200)), CacheRig.Answer(new string('x', random.Next(4000))), Ten);
            _memory.Bytes.Should().BeLessThanOrEqualTo(Ten);
        }

        _memory.Add(Key(1000), CacheRig.Answer(new string('x', (int)Ten)), Ten);
        Find(1000).Should().BeNull("it alone is more");
        _memory.Count.Should().BePositive("and nobody had to go for it");
    }

    [Fact]
    public void What_is_asked_for_again_and_again_stays_and_what_was_asked_for_once_goes()
    {
        for (var i = 0; i < 5; i++) Add(i);
        for (var i = 100; i < 1000; i++)
        {
            for (var hot = 0; hot < 5; hot++) Find(hot).Should().NotBeNull($"{hot} is asked for all the time, also after {i}");
            Add(i);
        }

        Enumerable.Range(100, 890).Should().OnlyContain(i => Find(i, null) == null);
    }

    [Fact]
    public void What_was_purged_by_its_tag_is_not_given_and_what_came_after_is()
    {
        _memory.Add(Key(1), CacheRig.Answer("before", null, new CacheTag("t", 0), new CacheTag("u", 3)), Ten);
        _memory.Add(Key(2), CacheRig.Answer("after", null, new CacheTag("t", 9)), Ten);
        _memory.Add(Key(3), CacheRig.Answer("untagged"), Ten);
        var purges = new CachePurges(0, new Dictionary<string, long>(), new Dictionary<string, long> { ["t"] = 9, ["u"] = 3 }, new Dictionary<string, long>());

        _memory.Find(Key(1), CacheRig.Noon, purges).Should().BeNull();
        _memory.Find(Key(2), CacheRig.Noon, purges).Should().NotBeNull();
        _memory.Find(Key(3), CacheRig.Noon, purges).Should().NotBeNull();
    }

    [Fact]
    public async Task Many_at_once_leave_the_books_in_order()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 20_000; i++)
            {
                var key = random.Next(60);
                if (random.Next(3) == 0) _memory.Add(Key(key), CacheRig.Answer($"{key}", random.Next(2) == 0 ? TimeSpan.Zero : null), Ten);
                else if (Find(key) is { } found) found.Should().Be($"{key}");
                if (random.Next(500) == 0) _memory.Remove(a => a.Body.Length == 1);
            }
        })));

        _memory.Bytes.Should().BeLessThanOrEqualTo(Ten);
        var sum = 0L;
        _memory.Remove(a => (sum += a.Size) < 0);
        sum.Should().Be(_memory.Bytes);
        _memory.Remove(static _ => true);
        (_memory.Bytes, _memory.Count).Should().Be((0, 0));
    }

    private void Add(int number) => _memory.Add(Key(number), CacheRig.Answer(new string('x', 100)), Ten);

    private string? Find(int number, TimeSpan? later = null) =>
        _memory.Find(Key(number), CacheRig.Noon + (later ?? TimeSpan.Zero), CachePurges.None) is { } found ? Encoding.UTF8.GetString(found.Body.Span) : null;

    private static CacheKey Key(int number) => new(SHA256.HashData(BitConverter.GetBytes(number)));
}
