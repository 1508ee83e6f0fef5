using System.Buffers;
using System.Runtime.CompilerServices;

namespace Gateway.Pipeline;

/// <summary>The top-level members of a request body in order. Sixteen stand inline: few requests have more, and those that do rent.</summary>
internal struct JsonMembers
{
    private const int InlineCount = 16;

    private Inline _inline;
    private JsonMember[]? _rented;

    public int Count { get; private set; }

    /// <summary>Whether any member's name is written with escapes.</summary>
    public bool AnyNameEscaped { get; private set; }

    public void Add(JsonMember member)
    {
        AnyNameEscaped |= member.NameEscaped;
        if (Count >= InlineCount)
        {
            EnsureRented();
            _rented![Count - InlineCount] = member;
        }
        else
        {
            _inline[Count] = member;
        }

        Count++;
    }

    public readonly JsonMember this[int index] => index < InlineCount ? _inline[index] : _rented![index - InlineCount];

    /// <summary>A member's name without escapes.</summary>
    public readonly ReadOnlySpan<byte> Name(int index, ReadOnlySpan<byte> body)
    {
        var member = this[index];
        var written = body.Slice(member.NameStart, member.NameLength);
        return member.NameEscaped ? JsonBytes.Unescape(written) : written;
    }

    /// <summary>The member of that name, or -1.</summary>
    public readonly int Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Count; i++)
            if (Name(i, body).SequenceEqual(name)) return i;
        return -1;
    }

    public void Return()
    {
        if (_rented is not null) ArrayPool<JsonMember>.Shared.Return(_rented);
        _rented = null;
        Count = 0;
    }

    private void EnsureRented()
    {
        var used = Count - InlineCount;
        if (_rented is not null && used < _rented.Length) return;
        var larger = ArrayPool<JsonMember>.Shared.Rent(Math.Max(32, used * 2));
        if (_rented is not null)
        {
            _rented.AsSpan(0, used).CopyTo(larger);
            ArrayPool<JsonMember>.Shared.Return(_rented);
        }

        _rented = larger;
    }

    [InlineArray(InlineCount)]
    private struct Inline
    {
        private JsonMember _first;
    }
}
