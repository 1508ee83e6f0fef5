using System.Security.Cryptography;
using Gateway.Core.Stores;

namespace Gateway.Tests.Storage;

/// <summary>What every store of kept answers does alike; each has a class that runs these.</summary>
public abstract class CacheStoreTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private ICacheStore? _store;

    private ICacheStore Store => _store ?? throw new InvalidOperationException("opened in InitializeAsync");

    public async Task InitializeAsync() => _store = await OpenAsync();

    public async Task DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
    }

    private protected abstract Task<ICacheStore> OpenAsync();

    [SkippableFact]
    public async Task An_answer_comes_back_byte_by_byte_until_its_time_is_over()
    {
        var body = RandomNumberGenerator.GetBytes(300_000);
        await Store.WriteAsync(new(Id(1), "{\"é\":\"😀\"}", body, Noon.AddSeconds(5)), CancellationToken.None);

        var read = await Store.ReadAsync(Id(1), Noon.AddSeconds(4), CancellationToken.None);

        read!.Head.Should().Be("{\"é\":\"😀\"}");
        read.Body.ToArray().Should().Equal(body);
        read.ExpiresAt.Should().Be(Noon.AddSeconds(5));
        (await Store.ReadAsync(Id(1), Noon.AddSeconds(5), CancellationToken.None)).Should().BeNull();
        (await Store.ReadAsync(Id(2), Noon, CancellationToken.None)).Should().BeNull();
    }

    [SkippableFact]
    public async Task A_newer_answer_takes_the_place_of_an_older_one()
    {
        await WriteAsync(1, 10, 5);
        await WriteAsync(1, 20, 9);

        var read = await Store.ReadAsync(Id(1), Noon.AddSeconds(8), CancellationToken.None);
        read!.Body.Length.Should().Be(20);
    }

    [SkippableFact]
    public async Task What_expired_is_deleted_and_then_what_expires_next_where_there_is_too_much()
    {
        for (var i = 1; i <= 10; i++) await WriteAsync(i, 1000, i);

        (await Store.PruneAsync(Noon.AddSeconds(2), long.MaxValue, 100, CancellationToken.None)).Should().Be(2);
        (await Store.PruneAsync(Noon.AddSeconds(2), 4 * 1200, 3, CancellationToken.None)).Should().Be(3, "no more at once");
        (await Store.PruneAsync(Noon.AddSeconds(2), 4 * 1200, 100, CancellationToken.None)).Should().Be(1);

        for (var i = 1; i <= 10; i++)
            ((await Store.ReadAsync(Id(i), Noon, CancellationToken.None)) is not null).Should().Be(i > 6, $"{i} expires after {i} s, and four fit");
    }

    private async Task WriteAsync(int number, int length, int seconds) =>
        await Store.WriteAsync(new(Id(number), "{}", new byte[length], Noon.AddSeconds(seconds)), CancellationToken.None);

    private static byte[] Id(int number) => SHA256.HashData(BitConverter.GetBytes(number));
}
