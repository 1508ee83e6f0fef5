using Gateway.Hosting;

namespace Gateway.Tests.Hosting;

/// <summary>The memory pool under Kestrel's sockets.</summary>
public class SocketBlocksTests
{
    private const int Size = 16 * 1024;

    [Fact]
    public void A_block_is_used_again()
    {
        using var pool = new SocketBlocks().Create();
        var first = pool.Rent(1);
        first.Memory.Length.Should().Be(Size);
        first.Dispose();
        pool.Rent(Size).Should().BeSameAs(first);
    }

    [Fact]
    public void A_block_given_back_twice_is_lent_once()
    {
        using var pool = new SocketBlocks().Create();
        var first = pool.Rent(1);
        first.Dispose();
        first.Dispose();
        pool.Rent(1).Should().NotBeSameAs(pool.Rent(1));
    }

    [Fact]
    public void After_a_burst_only_some_blocks_are_kept()
    {
        using var pool = new SocketBlocks().Create();
        var burst = Enumerable.Range(0, 200).Select(_ => pool.Rent(1)).ToList();
        foreach (var block in burst) block.Dispose();
        var again = Enumerable.Range(0, 200).Select(_ => pool.Rent(1)).ToList();
        again.Count(burst.Contains).Should().Be(64);
    }

    [Fact]
    public void More_than_a_block_is_not_to_be_had()
    {
        using var pool = new SocketBlocks().Create();
        pool.Invoking(static p => p.Rent(Size + 1)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
