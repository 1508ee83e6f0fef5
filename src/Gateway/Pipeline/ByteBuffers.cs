using System.Buffers;

namespace Gateway.Pipeline;

/// <summary>Buffers for bodies. The shared pool never gives large arrays back to the system: those are allocated for one use and left to the collector.</summary>
internal static class ByteBuffers
{
    private const int LargestPooled = 1024 * 1024;

    /// <returns>At least so long; not zeroed.</returns>
    public static byte[] Rent(int length) =>
        length <= LargestPooled ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    public static void Return(byte[] buffer)
    {
        if (buffer.Length is > 0 and <= LargestPooled) ArrayPool<byte>.Shared.Return(buffer);
    }
}
