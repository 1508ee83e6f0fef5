using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Hosting;

/// <summary>The memory into which Kestrel reads from sockets: blocks of 16 KiB instead of its own 4.</summary>
/// <remarks>
/// A prompt is larger than 4 KiB. Every block costs two system calls and a turn of the pipe; with four times the size a body of 20 KB takes 4
/// instead of 10 (docs/decisions/2026-11-22-fewer-system-calls.md). A connection that waits holds no block.
/// </remarks>
internal sealed class SocketBlocks : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool();

    /// <summary>Keeps up to <see cref="Kept"/> free blocks; what a burst used beyond that goes to the garbage collector.</summary>
    private sealed class Pool : MemoryPool<byte>
    {
        private const int BlockSize = 16 * 1024;
        private const int Kept = 64;
        private readonly ConcurrentQueue<Block> _free = new();
        private int _count;

        public override int MaxBufferSize => BlockSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
            if (!_free.TryDequeue(out var block)) return new Block(this);
            Interlocked.Decrement(ref _count);
            block.Take();
            return block;
        }

        protected override void Dispose(bool disposing) => _free.Clear();

        private void Return(Block block)
        {
            if (Interlocked.Increment(ref _count) <= Kept) _free.Enqueue(block);
            else Interlocked.Decrement(ref _count);
        }

        private sealed class Block(Pool pool) : IMemoryOwner<byte>
        {
            // Pinned for its life: the sockets hand its address to the kernel.
            private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);
            private int _taken = 1;

            public Memory<byte> Memory => _bytes;

            public void Take() => Volatile.Write(ref _taken, 1);

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _taken, 0) == 1) pool.Return(this);
            }
        }
    }
}
