using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.Config;

/// <summary>What the configuration file, the <c>.env</c> beside it and the files it names hold, as a SHA-256 digest: equal digests, equal content.</summary>
internal readonly record struct ConfigFingerprint
{
    private const byte Present = 1;
    private const byte Absent = 0;

    private readonly UInt128 _low;
    private readonly UInt128 _high;

    private ConfigFingerprint(ReadOnlySpan<byte> digest) =>
        (_high, _low) = (BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));

    /// <summary>Of content already read; null: there is no such file.</summary>
    public static ConfigFingerprint Of(byte[]? config, byte[]? dotEnv, IReadOnlyDictionary<string, byte[]?> sideFiles)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, config);
        Append(hash, dotEnv);
        foreach (var (_, content) in sideFiles) Append(hash, content);
        return Finish(hash);
    }

    /// <summary>Of the files as they are now, read through a small buffer: the watcher asks twice a second, and a large file must not become garbage each time.</summary>
    /// <exception cref="IOException">A file is there but cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file is there but must not be read.</exception>
    public static ConfigFingerprint Read(string config, string dotEnv, IReadOnlyList<string> sideFiles)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendFile(hash, config);
        AppendFile(hash, dotEnv);
        foreach (var file in sideFiles) AppendFile(hash, file);
        return Finish(hash);
    }

    private static void Append(IncrementalHash hash, byte[]? content)
    {
        hash.AppendData([content is null ? Absent : Present]);
        hash.AppendData(content ?? []);
        hash.AppendData(BitConverter.GetBytes(content?.LongLength ?? 0));
    }

    private static void AppendFile(IncrementalHash hash, string path)
    {
        if (!File.Exists(path))
        {
            Append(hash, null);
            return;
        }

        // 64 KiB: a configuration is one or two reads.
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            hash.AppendData([Present]);
            var length = 0L;
            for (var read = 0; (read = RandomAccess.Read(file, buffer, length)) > 0; length += read)
                hash.AppendData(buffer.AsSpan(0, read));
            hash.AppendData(BitConverter.GetBytes(length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ConfigFingerprint Finish(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new(digest);
    }
}
