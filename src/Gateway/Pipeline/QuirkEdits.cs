using Gateway.Core.Providers;
using Gateway.Routing;

namespace Gateway.Pipeline;

/// <summary>What a provider of OpenAI's format calls otherwise, in a request's body: fields keep their values and get the provider's names.</summary>
internal static class QuirkEdits
{
    /// <summary>Renames the client's fields. A field that stands there under both names stays: the provider decides.</summary>
    public static void Rename(List<BodyEdit> edits, ReadOnlySpan<byte> body, in JsonMembers members, FieldQuirks quirks)
    {
        foreach (var field in quirks.Renamed)
        {
            var index = members.Find(body, field.From.Span);
            if (index < 0 || members.Find(body, field.To.Span) >= 0) continue;
            var (start, length) = (members[index].NameStart, members[index].NameLength);
            edits.RemoveAll(e => e.Start == start);   // an escaped name's plain one
            edits.Add(new(start, start + length, field.To));
        }
    }

    /// <summary>The member that carries a field to the provider, under either of its names; or -1.</summary>
    public static int Find(ReadOnlySpan<byte> body, in JsonMembers members, FieldQuirks quirks, ReadOnlySpan<byte> name)
    {
        var index = members.Find(body, name);
        foreach (var field in quirks.Renamed)
            if (index < 0 && field.To.Span.SequenceEqual(name)) index = members.Find(body, field.From.Span);
        return index;
    }

    /// <summary>The operator's field under the provider's name.</summary>
    public static OperatorField Renamed(OperatorField field, FieldQuirks quirks)
    {
        var name = quirks.NameOf(field.Name);
        return name.Span.SequenceEqual(field.Name) ? field : OperatorField.Create(System.Text.Encoding.UTF8.GetString(name.Span), field.Value, field.Wins);
    }
}
