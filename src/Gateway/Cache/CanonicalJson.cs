using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Gateway.Reply;

namespace Gateway.Cache;

/// <summary>
/// Writes a JSON text so that two texts are the same bytes if, and only if, they say the same: members sorted by name, strings without escapes, no white space, numbers as they were
/// written (<c>1</c> and <c>1.0</c> are two things to some providers). The result is for a digest: every value says its kind and its length, and nothing reads it again.
/// </summary>
internal sealed class CanonicalJson : IDisposable
{
    private const int LengthSize = sizeof(int);

    private readonly PooledWriter _output;
    private readonly List<Member> _members = [];
    private readonly Stack<int> _objects = new();

    /// <summary>Of the member whose name was read last, at every depth.</summary>
    private readonly Stack<(int Start, int Name, int NameLength)> _open = new();

    public CanonicalJson(int capacity) => _output = new(capacity);

    public ReadOnlySpan<byte> Written => _output.Written;

    /// <param name="json">Well-formed, and without duplicate members.</param>
    public void Write(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    _output.Write("{"u8);
                    _objects.Push(_members.Count);
                    continue;
                case JsonTokenType.StartArray:
                    _output.Write("["u8);
                    _objects.Push(-1);
                    continue;
                case JsonTokenType.PropertyName:
                    var start = _output.Length;
                    var length = WriteText(ref reader);
                    _open.Push((start, start + 1 + LengthSize, length));
                    continue;
                case JsonTokenType.EndObject:
                    Sort(_objects.Pop());
                    _output.Write("}"u8);
                    break;
                case JsonTokenType.EndArray:
                    _objects.Pop();
                    _output.Write("]"u8);
                    break;
                default:
                    WriteScalar(ref reader);
                    break;
            }

            if (_objects.TryPeek(out var first) && first >= 0) Close();
        }
    }

    public void Dispose() => _output.Dispose();

    private void WriteScalar(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                WriteText(ref reader);
                break;
            case JsonTokenType.Number:
                _output.Write("n"u8);
                WriteLength(reader.ValueSpan.Length);
                _output.Write(reader.ValueSpan);
                break;
            default:
                _output.Write(reader.ValueSpan[..1]);   // true, false, null
                break;
        }
    }

    /// <returns>Its length.</returns>
    private int WriteText(ref Utf8JsonReader reader)
    {
        _output.Write("s"u8);
        if (!reader.ValueIsEscaped)
        {
            WriteLength(reader.ValueSpan.Length);
            _output.Write(reader.ValueSpan);
            return reader.ValueSpan.Length;
        }

        var room = _output.GetSpan(LengthSize + reader.ValueSpan.Length);   // no text is longer than it was with its escapes
        var length = reader.CopyString(room[LengthSize..]);
        BinaryPrimitives.WriteInt32LittleEndian(room, length);
        _output.Advance(LengthSize + length);
        return length;
    }

    private void WriteLength(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_output.GetSpan(LengthSize), length);
        _output.Advance(LengthSize);
    }

    private void Close()
    {
        var (start, name, nameLength) = _open.Pop();
        _members.Add(new(start, _output.Length - start, name, nameLength));
    }

    /// <summary>Brings the members of the object that ends here into order, where they are not.</summary>
    private void Sort(int first)
    {
        var members = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_members)[first..];
        if (!IsSorted(members))
        {
            var start = members[0].Start;
            var length = _output.Length - start;
            var copy = ArrayPool<byte>.Shared.Rent(length);
            _output.Written[start..].CopyTo(copy);
            members.Sort((a, b) => copy.AsSpan(a.Name - start, a.NameLength).SequenceCompareTo(copy.AsSpan(b.Name - start, b.NameLength)));
            var to = _output.WrittenSpan[start..];
            foreach (ref readonly var member in members)
            {
                copy.AsSpan(member.Start - start, member.Length).CopyTo(to);
                to = to[member.Length..];
            }

            ArrayPool<byte>.Shared.Return(copy);
        }

        _members.RemoveRange(first, _members.Count - first);
    }

    private bool IsSorted(ReadOnlySpan<Member> members)
    {
        for (var i = 1; i < members.Length; i++)
            if (NameOf(members[i - 1]).SequenceCompareTo(NameOf(members[i])) > 0) return false;
        return true;
    }

    private ReadOnlySpan<byte> NameOf(in Member member) => _output.Written.Slice(member.Name, member.NameLength);

    /// <summary>A member in the output: from its name to the end of its value.</summary>
    private readonly record struct Member(int Start, int Length, int Name, int NameLength);
}
