using System.Buffers.Text;
using System.Text.Json;
using Gateway.Core.Errors;

namespace Gateway.Pipeline;

/// <summary>
/// What a reranking has to have, and of what type: what every provider would refuse is not sent. Texts may be objects, since some rank images too (vLLM, Jina); a list of no documents and other members are the provider's
/// affair.
/// </summary>
internal static class RerankFields
{
    public static GatewayError? Check(ReadOnlySpan<byte> body, in JsonMembers members) =>
        NeedsOne(body, members, "query", "\"{", "a string")
        ?? NeedsOne(body, members, "documents", "[{", "a list of texts")
        ?? Items(body, members, "documents", "\"{", "a string or an object")
        ?? Number(body, members, "top_n")
        ?? Number(body, members, "max_tokens_per_doc")
        ?? MayHave(body, members, "return_documents", "tf", "true or false")
        ?? MayHave(body, members, "rank_fields", "[", "a list of strings")
        ?? Items(body, members, "rank_fields", "\"", "a string");

    /// <param name="first">The characters that a value of the type may begin with.</param>
    private static GatewayError? NeedsOne(ReadOnlySpan<byte> body, in JsonMembers members, string name, string first, string type) =>
        Value(body, members, name).IsEmpty ? Invalid(name, "is missing") : MayHave(body, members, name, first, type);

    private static GatewayError? MayHave(ReadOnlySpan<byte> body, in JsonMembers members, string name, string first, string type)
    {
        var value = Value(body, members, name);
        return value.IsEmpty || first.Contains((char)value[0], StringComparison.Ordinal) ? null : Invalid(name, $"must be {type}");
    }

    private static GatewayError? Number(ReadOnlySpan<byte> body, in JsonMembers members, string name)
    {
        var value = Value(body, members, name);
        if (value.IsEmpty || (Utf8Parser.TryParse(value, out int number, out var used) && used == value.Length && number >= 0)) return null;
        return Invalid(name, "must be a whole number, 0 at least, written without a fraction or an exponent");
    }

    private static GatewayError? Items(ReadOnlySpan<byte> body, in JsonMembers members, string name, string first, string type)
    {
        var list = Value(body, members, name);
        if (list.IsEmpty || list[0] != '[') return null;
        var reader = new Utf8JsonReader(list);
        reader.Read();
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (!first.Contains((char)list[(int)reader.TokenStartIndex], StringComparison.Ordinal)) return Invalid($"{name}[{i}]", $"must be {type}");
            reader.Skip();
        }

        return null;
    }

    /// <summary>Empty where it is absent or null.</summary>
    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> body, in JsonMembers members, string name)
    {
        Span<byte> utf8 = stackalloc byte[name.Length];
        System.Text.Encoding.ASCII.GetBytes(name, utf8);
        if (members.Find(body, utf8) is not (>= 0 and var index)) return default;
        var value = body[members[index].ValueStart..members[index].ValueEnd];
        return value[0] == 'n' ? default : value;
    }

    private static GatewayError Invalid(string name, string problem) => new(ErrorKind.InvalidRequest, $"'{name}' {problem}.", name);
}
