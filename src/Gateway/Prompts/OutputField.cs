using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Pipeline;

namespace Gateway.Prompts;

/// <summary>A member of a request that is the function's, or has one that is.</summary>
/// <param name="name">Of the member.</param>
/// <param name="inside">The one inside of it that is the function's; null: all of it is.</param>
/// <param name="beta">What the whole was called before; null: nothing else.</param>
/// <param name="ours">What stands inside, JSON without braces.</param>
internal sealed class OutputField(string name, string? inside, string? beta, string ours)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);
    private readonly byte[] _inside = Encoding.UTF8.GetBytes(inside ?? "");
    private readonly byte[] _beta = Encoding.UTF8.GetBytes(beta ?? "");
    private readonly byte[] _ours = Encoding.UTF8.GetBytes($"\"{name}\":{{{ours}");

    /// <summary>What the client sends in the member's place: something beside the format may stand there, but no format of its own.</summary>
    /// <param name="at">The index of the member; -1: the client sends none.</param>
    public GatewayError? Find(ReadOnlySpan<byte> body, in JsonMembers members, PromptFunction function, out int at)
    {
        at = members.Find(body, _name);
        if (beta is not null && IsSent(body, members, members.Find(body, _beta))) return Refused(function, beta);
        if (!IsSent(body, members, at)) return null;
        var value = body[members[at].ValueStart..members[at].ValueEnd];
        if (inside is null) return Refused(function, name);
        if (value[0] != '{') return new(ErrorKind.InvalidRequest, $"'{name}' must be an object.", name);
        return HasFormat(value) ? Refused(function, $"{name}.{inside}") : null;
    }

    /// <param name="at">From <see cref="Find"/>.</param>
    public void Write(ReadOnlySpan<byte> body, in JsonMembers members, int at, ref BodyBuilder output)
    {
        output.Write((byte)',');
        output.Write(_ours);
        if (IsSent(body, members, at))
        {
            var more = body[(members[at].ValueStart + 1)..(members[at].ValueEnd - 1)].Trim(" \t\r\n"u8);
            if (!more.IsEmpty) output.Write((byte)',');
            output.Write(more);
        }

        output.Write((byte)'}');
    }

    private static bool IsSent(ReadOnlySpan<byte> body, in JsonMembers members, int at) => at >= 0 && body[members[at].ValueStart] != 'n';

    private bool HasFormat(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isWanted = reader.ValueTextEquals(_inside);
            reader.Read();
            if (isWanted) return true;   // null too: two members of one name would be left to the provider
            reader.Skip();
        }

        return false;
    }

    private static GatewayError Refused(PromptFunction function, string param) =>
        new(ErrorKind.InvalidRequest, $"The function '{function.Name}' has a format of its answers: send no '{param}' with it.", param);
}
