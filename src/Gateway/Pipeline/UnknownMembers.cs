using System.Text;
using System.Text.Json;
using Gateway.Core.Providers;

namespace Gateway.Pipeline;

/// <summary>
/// Members inside a chat request's fields that a provider refuses because it does not know them (<see cref="FieldQuirks.Inside"/>): they are never sent. What they say is beside the conversation (another
/// provider's signatures, thoughts, marks for a cache), so that it is left out whatever the configuration says, and named where it says anything. What is part of the conversation goes out in the provider's
/// words, or is refused.
/// </summary>
/// <param name="edits">Gets what takes them out; null: nothing does.</param>
internal ref struct UnknownMembers(ReadOnlySpan<byte> body, List<BodyEdit>? edits)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private int _offset;
    private int _depth, _outer, _inner;   // in lists, and the places there: none of the shapes has a list in a list in a list
    private HashSet<string>? _seen;

    /// <summary>Null: none.</summary>
    public List<string>? Named { get; private set; }

    /// <summary>Where the first member stands that the request cannot have, and what to send in its place; null: none.</summary>
    public (string Place, string Advice)? Refused { get; private set; }

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
            _depth++;
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                (_outer, _inner) = _depth == 1 ? (i, 0) : (_outer, i);
                Value(ref reader, shape);
            }

            _depth--;
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
        var stands = shape.Stands is { } text && Stands(reader, text);
        var start = reader;
        var (kept, last, pending) = (false, 0, -1);   // pending: where one begins before which nothing was kept; the comma that goes is the one behind
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var begin = (int)reader.TokenStartIndex;
            if (pending >= 0) TakeOut(pending, begin);
            pending = -1;
            if (stands && reader.ValueTextEquals(shape.Stands!.Value.From.Span))
            {
                Rename(ref reader, shape.Stands.Value.To);
                kept = true;
            }
            else if (!(stands && reader.ValueTextEquals(shape.Stands!.Value.To.Span)) && shape.Knows(ref reader, out var inside))
            {
                if (shape.Sent is { } sent && reader.ValueTextEquals(sent.Name.Span)) Send(ref reader, sent.Json);
                else Known(ref reader, inside);
                kept = true;
            }
            else
            {
                Name(ref reader, shape, start);
                if (kept) TakeOut(last, (int)reader.BytesConsumed);
                else pending = begin;
            }

            last = (int)reader.BytesConsumed;
        }

        if (pending >= 0) TakeOut(pending, last);
    }

    private void Known(ref Utf8JsonReader reader, MemberShape? inside)
    {
        reader.Read();
        if (inside is null) reader.Skip();
        else Value(ref reader, inside);
    }

    private readonly void Send(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        edits?.Add(new(_offset + start, _offset + (int)reader.BytesConsumed, json));
    }

    private readonly void Rename(ref Utf8JsonReader reader, ReadOnlyMemory<byte> name)
    {
        var start = _offset + (int)reader.TokenStartIndex + 1;
        edits?.Add(new(start, start + reader.ValueSpan.Length, name));
        reader.Read();
        reader.Skip();
    }

    /// <param name="start">Stands at the beginning of the object; the caller's own stays there.</param>
    private static bool Stands(Utf8JsonReader start, FieldName text)
    {
        var says = false;
        while (start.Read() && start.TokenType == JsonTokenType.PropertyName)
        {
            var (isText, isPlace) = (start.ValueTextEquals(text.From.Span), start.ValueTextEquals(text.To.Span));
            start.Read();
            if (isPlace && start.TokenType != JsonTokenType.Null) return false;
            if (isText) says = start.TokenType == JsonTokenType.String && start.ValueSpan.Length > 0;
            start.Skip();
        }

        return says;
    }

    private readonly string Place(string path)
    {
        var place = new StringBuilder(path);
        for (var (i, depth) = (path.LastIndexOf("[]", StringComparison.Ordinal), _depth); i >= 0; i = i == 0 ? -1 : path.LastIndexOf("[]", i - 1, StringComparison.Ordinal), depth--)
            place.Insert(i + 1, depth == 1 ? _outer : _inner);
        return place.ToString();
    }

    /// <summary>Reads over the member.</summary>
    /// <param name="start">Stands at the beginning of the object.</param>
    private void Name(ref Utf8JsonReader reader, MemberShape shape, in Utf8JsonReader start)
    {
        var name = reader.GetString()!;
        var refusal = Refusal(ref reader, shape);
        reader.Read();
        var value = _offset + (int)reader.TokenStartIndex;
        reader.Skip();
        var isIdle = IdleFields.Are(name, _body[value..(_offset + (int)reader.BytesConsumed)]);
        var place = $"{shape.Path}.{name}";
        if (refusal is not null && (refusal.Unless.Count == 0 || !(isIdle || SaysAnyOf(start, refusal.Unless)))) Refused ??= (Place(place), refusal.Advice);
        if (isIdle) return;
        if ((_seen ??= new(StringComparer.Ordinal)).Add(place)) (Named ??= []).Add(place);
    }

    private static MemberRefusal? Refusal(ref Utf8JsonReader name, MemberShape shape)
    {
        foreach (var refusal in shape.Refused)
        {
            if (name.ValueTextEquals(refusal.Name.Span)) return refusal;
        }

        return null;
    }

    /// <param name="start">Stands at the beginning of the object; the caller's own stays there.</param>
    /// <returns>Whether one of the members has anything in it.</returns>
    private static bool SaysAnyOf(Utf8JsonReader start, IReadOnlyList<ReadOnlyMemory<byte>> names)
    {
        while (start.Read() && start.TokenType == JsonTokenType.PropertyName)
        {
            var isOne = false;
            foreach (var name in names) isOne |= start.ValueTextEquals(name.Span);
            start.Read();
            var says = start.TokenType switch { JsonTokenType.String => start.ValueSpan.Length > 0, JsonTokenType.StartArray => !IsEmpty(start), _ => false };
            if (isOne && says) return true;
            start.Skip();
        }

        return false;
    }

    private static bool IsEmpty(Utf8JsonReader list) => list.Read() && list.TokenType == JsonTokenType.EndArray;

    private readonly void TakeOut(int start, int end) => edits?.Add(new(_offset + start, _offset + end, default));
}
