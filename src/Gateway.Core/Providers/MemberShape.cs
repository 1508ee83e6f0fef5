using System.Text;
using System.Text.Json;

namespace Gateway.Core.Providers;

/// <summary>The members that an object inside a request may have at a provider that refuses others; of a list, each object in it.</summary>
public sealed class MemberShape
{
    private readonly (byte[] Name, MemberShape? Inside)[] _members;
    private readonly byte[] _kindMember;
    private readonly (byte[] Kind, MemberShape Shape)[] _kinds;

    /// <param name="path">Where it stands in the request, <c>messages[].content[]</c> say.</param>
    /// <param name="members">Their names, and what is known of what is in them; null: anything.</param>
    public MemberShape(string path, params ReadOnlySpan<(string Name, MemberShape? Inside)> members)
    {
        Path = path;
        _members = new (byte[], MemberShape?)[members.Length];
        for (var i = 0; i < members.Length; i++) _members[i] = (Encoding.UTF8.GetBytes(members[i].Name), members[i].Inside);
        (_kindMember, _kinds) = ([], []);
    }

    private MemberShape(string kindMember, (string Kind, MemberShape Shape)[] kinds)
    {
        (Path, _members) = ("", []);
        _kindMember = Encoding.UTF8.GetBytes(kindMember);
        _kinds = [.. kinds.Select(static k => (Encoding.UTF8.GetBytes(k.Kind), k.Shape))];
    }

    public string Path { get; }

    /// <summary>A member whose value goes out as another one, which the provider has in its place; null: none.</summary>
    public MemberValue? Sent { get; init; }

    /// <summary>A text that goes out under another name where that is absent or null; null: none.</summary>
    public FieldName? Stands { get; init; }

    /// <summary>Members that the request cannot go without, and the provider has no place for, or another thing of that name: a request with one is refused.</summary>
    public IReadOnlyList<MemberRefusal> Refused { get; init; } = [];

    /// <summary>A shape that depends on the text of a member (<c>type</c>, say). An object of another kind may have any members.</summary>
    public static MemberShape ByKind(string member, params (string Kind, MemberShape Shape)[] kinds) => new(member, kinds);

    /// <param name="name">Stands at a member's name.</param>
    /// <param name="inside">Null: it may have anything in it.</param>
    public bool Knows(ref Utf8JsonReader name, out MemberShape? inside)
    {
        foreach (var member in _members)
        {
            if (!name.ValueTextEquals(member.Name)) continue;
            inside = member.Inside;
            return true;
        }

        inside = null;
        return false;
    }

    /// <param name="start">Stands at the beginning of an object; the caller's own stays there.</param>
    /// <returns>Null where it may have any members.</returns>
    public MemberShape? Of(Utf8JsonReader start)
    {
        if (_kinds.Length == 0) return this;
        while (start.Read() && start.TokenType == JsonTokenType.PropertyName)
        {
            var isKind = start.ValueTextEquals(_kindMember);
            start.Read();
            if (isKind) return start.TokenType == JsonTokenType.String ? OfKind(ref start) : null;
            start.Skip();
        }

        return null;
    }

    private MemberShape? OfKind(ref Utf8JsonReader kind)
    {
        foreach (var (name, shape) in _kinds)
        {
            if (kind.ValueTextEquals(name)) return shape;
        }

        return null;
    }
}

/// <param name="Json">The value that is sent.</param>
public readonly record struct MemberValue(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Json);

/// <param name="Advice">What to send in its place, a sentence.</param>
/// <param name="Unless">Members beside it, one of which with anything in it says enough: then it is left out. Empty: there are none, and it is refused whatever is in it.</param>
public sealed record MemberRefusal(ReadOnlyMemory<byte> Name, string Advice, params IReadOnlyList<ReadOnlyMemory<byte>> Unless);
