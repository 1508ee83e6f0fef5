using Gateway.Core.Stores;
using Gateway.Storage.Sqlite;
using Gateway.Tests.Metering;

namespace Gateway.Tests.Storage;

public sealed class SqliteIdempotencyStoreTests : IdempotencyStoreTests, IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Path => _directory.File("data/gateway.db");

    private protected override Task<IIdempotencyStore> OpenAsync(string owner) => Task.FromResult<IIdempotencyStore>(new SqliteIdempotencyStore(Path, owner));

    /// <remarks>A file belongs to one process: any other is dead.</remarks>
    private protected override Task DieAsync(string owner) => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Ledger_and_records_share_a_file()
    {
        await using var ledger = new SqliteLedgerStore(Path);
        await ledger.MigrateAsync(CancellationToken.None);

        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
                await ledger.AppendAsync(LedgerRows.Many(100, $"b{i}"), CancellationToken.None);
        });
        for (var i = 0; i < 20; i++)
        {
            (await ClaimAsync($"k{i}", $"req_{i}")).Should().BeNull();
            (await Store.KeepAsync(Claim($"k{i}", $"req_{i}"), Answer, Tomorrow, CancellationToken.None)).Should().BeTrue();
        }

        await writing;
        (await ledger.CheckIntegrityAsync(CancellationToken.None)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_no_database_says_so_and_one_that_is_serves_again()
    {
        await Store.DisposeAsync();
        var good = _directory.File("good");
        File.Move(Path, good);
        await File.WriteAllTextAsync(Path, new string('x', 4096));
        await using var store = new SqliteIdempotencyStore(Path, "a-process");
        var claiming = async () => await store.ClaimAsync(Claim("k", "req_1"), Noon, Tomorrow, CancellationToken.None);
        await claiming.Should().ThrowAsync<StoreException>().WithMessage($"*{Path} is not a SQLite database*");

        File.Move(good, Path, overwrite: true);

        (await claiming()).Should().BeNull();
    }
}
