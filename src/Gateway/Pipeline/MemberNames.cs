using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Gateway.Pipeline;

/// <summary>
/// The member names of every object of one document, for finding duplicates in one pass. Duplicates are refused because parsers differ in which one they take:
/// policy must not see another value than the upstream does.
/// </summary>
/// <remarks>
/// Holds 64-bit hashes only, seeded per process, so that nobody can prepare collisions; two different names of one object meet by chance once in 2^64, and then
/// a request is refused that need not be.
/// </remarks>
internal ref struct MemberNames
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    private Span<ulong> _slots;
    private ulong[]? _rented;
    private int _count;

    /// <param name="initial">Zeroed scratch space; its length is a power of two.</param>
    public MemberNames(Span<ulong> initial) => _slots = initial;

    /// <returns>False when the object has the name already.</returns>
    public bool Add(int objectId, scoped ReadOnlySpan<byte> name)
    {
        if ((_count + 1) * 2 > _slots.Length) Grow();
        if (!Insert(_slots, Hash(objectId, name))) return false;
        _count++;
        return true;
    }

    public void Return()
    {
        if (_rented is not null) ArrayPool<ulong>.Shared.Return(_rented);
        _rented = null;
    }

    private static bool Insert(Span<ulong> slots, ulong hash)
    {
        var mask = slots.Length - 1;
        for (var i = (int)hash & mask; ; i = (i + 1) & mask)
        {
            if (slots[i] == hash) return false;
            if (slots[i] != 0) continue;
            slots[i] = hash;
            return true;
        }
    }

    private void Grow()
    {
        var size = _slots.Length * 4;
        var rented = ArrayPool<ulong>.Shared.Rent(size);
        var larger = rented.AsSpan(0, size);
        larger.Clear();
        foreach (var hash in _slots)
            if (hash != 0) Insert(larger, hash);
        Return();
        _rented = rented;
        _slots = larger;
    }

    private static ulong Hash(int objectId, scoped ReadOnlySpan<byte> name)
    {
        var hash = Fold(Seed ^ (uint)objectId, Multiplier ^ (ulong)name.Length);
        while (name.Length >= 8)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name), Multiplier);
            name = name[8..];
        }

        ulong tail = 0;
        for (var i = 0; i < name.Length; i++) tail |= (ulong)name[i] << (i * 8);
        hash = Fold(hash ^ tail, Seed | 1);
        return hash == 0 ? 1 : hash;   // 0 marks an empty slot
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
