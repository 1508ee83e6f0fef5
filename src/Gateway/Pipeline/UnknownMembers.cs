using System.Text.Json;
using Gateway.Core.Providers;

namespace Gateway.Pipeline;

/// <summary>
/// Members inside a chat request's fields that a provider refuses because it does not know them (<see cref="FieldQuirks.Inside"/>): they are never sent. What they say is beside the conversation (another
/// provider's signatures, thoughts, marks for a cache), so that it is left out whatever the configuration says, and named where it says anything.
/// </summary>
/// <param name="edits">Gets what takes them out; null: nothing does.</param>
internal ref struct UnknownMembers(ReadOnlySpan<byte> body, List<BodyEdit>? edits)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private int _offset;
    private HashSet<string>? _seen;

    /// <summary>Null: none.</summary>
    public List<string>? Named { get; private set; }

    /// <param name="members">Of <c>body</c>, which has been scanned.</param>
    public void Find(in JsonMembers members, FieldQuirks quirks)
    {
        for (var i = 0; i < quirks.Inside.Count; i++)
        {
            var (name, shape) = quirks.Inside[i];
            if (members.Find(_body, name.Span) is not (>= 0 and var index) || IsReplaced(members[index])) continue;
            _offset = members[index].ValueStart;
            var reader = new Utf8JsonReader(_body[_offset..members[index].ValueEnd], new JsonReaderOptions { MaxDepth = BodyScan.MaxDepth });
            reader.Read();
            Value(ref reader, shape);
        }
    }

    /// <summary>By the operator's own value.</summary>
    private readonly bool IsReplaced(in JsonMember member)
    {
        for (var i = 0; i < edits?.Count; i++)
        {
            var edit = edits[i];
            if (edit.Start <= member.ValueStart && edit.End >= member.ValueEnd) return true;
        }

        return false;
    }

    private void Value(ref Utf8JsonReader reader, MemberShape shape)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) Value(ref reader, shape);
        }
        else if (reader.TokenType == JsonTokenType.StartObject && shape.Of(reader) is { } known)
        {
            Members(ref reader, known);
        }
        else
        {
            reader.Skip();
        }
    }

    private void Members(ref Utf8JsonReader reader, MemberShape shape)
    {
        var (kept, last, pending) = (false, 0, -1);   // pending: where one begins before which nothing was kept; the comma that goes is the one behind
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            if (pending >= 0) TakeOut(pending, start);
            pending = -1;
            if (shape.Knows(ref reader, out var inside))
            {
                reader.Read();
                if (inside is null) reader.Skip();
                else Value(ref reader, inside);
                kept = true;
            }
            else
            {
                Name(ref reader, shape);
                if (kept) TakeOut(last, (int)reader.BytesConsumed);
                else pending = start;
            }

            last = (int)reader.BytesConsumed;
        }

        if (pending >= 0) TakeOut(pending, last);
    }

    /// <summary>Reads over the member.</summary>
    private void Name(ref Utf8JsonReader reader, MemberShape shape)
    {
        var name = reader.GetString()!;
        reader.Read();
        var start = _offset + (int)reader.TokenStartIndex;
        reader.Skip();
        if (IdleFields.Are(name, _body[start..(_offset + (int)reader.BytesConsumed)])) return;
        var place = $"{shape.Path}.{name}";
        if ((_seen ??= new(StringComparer.Ordinal)).Add(place)) (Named ??= []).Add(place);
    }

    private readonly void TakeOut(int start, int end) => edits?.Add(new(_offset + start, _offset + end, default));
}
