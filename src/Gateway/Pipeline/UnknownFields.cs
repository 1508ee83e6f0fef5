using System.Text;
using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Pipeline;

/// <summary>Fields of a request that a provider refuses because it does not know them (<see cref="FieldQuirks.Known"/>): they are never sent.</summary>
internal static class UnknownFields
{
    /// <summary>What of them asks for something: the 400 that names the first, or with <paramref name="drop"/> all their names, as the client knows them. What they have inside is left out in any case (<see cref="UnknownMembers"/>).</summary>
    public static GatewayError? Check(ReadOnlySpan<byte> body, in JsonMembers members, FieldQuirks? quirks, bool drop, string provider, IClientPlaces? places, out IReadOnlyList<string> dropped)
    {
        dropped = [];
        if (quirks is null) return null;
        List<string>? named = null;
        for (var i = 0; i < members.Count; i++)
        {
            if (!IsUnknown(body, members, i, quirks)) continue;
            var name = Encoding.UTF8.GetString(members.Name(i, body));
            if (IdleFields.Are(name, body[members[i].ValueStart..members[i].ValueEnd])) continue;
            name = places?.ToClient(name) ?? name;
            if (!drop) return OpenAIRequest.Invalid($"Provider '{provider}' does not serve '{name}'. Leave it out, or set drop_params: true for this model to have the gateway do so.", name);
            named ??= [];
            if (!named.Contains(name)) named.Add(name);
        }

        var inside = new UnknownMembers(body, null);
        inside.Find(members, quirks);
        if (inside.Refused is { } refused)
        {
            var place = places?.ToClient(refused.Place) ?? refused.Place;
            return OpenAIRequest.Invalid($"Provider '{provider}' does not take '{place}'. {refused.Advice}", place);
        }

        IReadOnlyList<string>? within = inside.Named is { } left ? places?.Retell(left) ?? left : null;
        dropped = named is null || within is null ? named ?? within ?? [] : [.. named, .. within];
        return null;
    }

    /// <summary>Takes them out.</summary>
    public static void Remove(List<BodyEdit> edits, ReadOnlySpan<byte> body, in JsonMembers members, FieldQuirks quirks)
    {
        var isFirst = true;   // all before were taken out: the comma that goes is the one behind
        for (var i = 0; i < members.Count; i++)
        {
            if (!IsUnknown(body, members, i, quirks) && !(quirks.NoStreamOptions && members.Name(i, body).SequenceEqual("stream_options"u8)))
            {
                isFirst = false;
                continue;
            }

            Remove(edits, members, i, isFirst);
        }
    }

    /// <summary>Takes one member out, with the comma before it, or the one behind where nothing is left before it. A request has messages, so there is another behind.</summary>
    public static void Remove(List<BodyEdit> edits, in JsonMembers members, int index, bool isFirst)
    {
        if (!isFirst) edits.Add(new(members[index - 1].ValueEnd, members[index].ValueEnd, default));
        else if (index + 1 < members.Count) edits.Add(new(members[index].NameStart - 1, members[index + 1].NameStart - 1, default));
    }

    private static bool IsUnknown(ReadOnlySpan<byte> body, in JsonMembers members, int index, FieldQuirks quirks)
    {
        if (quirks.Known is not { } known) return false;
        var name = members.Name(index, body);
        foreach (var field in known)
            if (field.Span.SequenceEqual(name)) return false;
        foreach (var field in quirks.Renamed)
            if (field.From.Span.SequenceEqual(name)) return false;
        return !(quirks.NoStreamOptions && name.SequenceEqual("stream_options"u8));
    }
}
