using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Wire;

namespace Gateway.Pipeline;

/// <summary>
/// What a body says about the length and the number of answers in any field that may reach a provider, at any depth and in any provider's spelling; the conversation, the tools and the schemas are left
/// out. The largest counts: which one a provider obeys is its affair, and the reservation has to be enough for that.
/// </summary>
internal struct OutputScan()
{
    /// <summary>Tokens of one answer, by a field that is a bound for sure; 0 where there is none.</summary>
    public long Bound;

    /// <summary>Tokens, by one that may be a bound of another thing too.</summary>
    public long MaybeBound;

    /// <summary>Answers.</summary>
    public long Count = 1;

    /// <summary>A part of the prompt is what the provider has kept.</summary>
    public bool RefersToStored;

    /// <summary>No reservation for one answer may be less.</summary>
    public readonly long Least => Math.Max(Bound, MaybeBound);

    public static GatewayError? Read(ReadOnlySpan<byte> body, in JsonMembers members, out OutputScan scan)
    {
        scan = new();
        for (var i = 0; i < members.Count; i++)
        {
            var value = body[members[i].ValueStart..members[i].ValueEnd];
            if (value[0] is (byte)'t' or (byte)'f' or (byte)'n') continue;   // true, false and null say nothing of the kind
            var name = members.Name(i, body);
            var field = OutputFields.Of(name);
            if (field == OutputField.Opaque) continue;
            var reader = new Utf8JsonReader(value);
            reader.Read();
            var error = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? scan.Walk(ref reader, field, name) : scan.Take(ref reader, field, name, default);
            if (error is not null) return error;
        }

        return null;
    }

    /// <summary>An object or an array to its end.</summary>
    [SkipLocalsInit]
    private GatewayError? Walk(ref Utf8JsonReader reader, OutputField field, ReadOnlySpan<byte> top)
    {
        Span<byte> unescaped = stackalloc byte[1024];   // no name is longer (BodyScan)
        var (depth, thoughts) = (reader.CurrentDepth, field == OutputField.Thinking ? 0 : int.MaxValue);
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;   // of a list, its objects count
            if (reader.CurrentDepth <= thoughts) thoughts = int.MaxValue;
            var name = reader.ValueIsEscaped ? unescaped[..reader.CopyString(unescaped)] : reader.ValueSpan;
            var member = OutputFields.Of(name);
            reader.Read();
            if (member == OutputField.Opaque) reader.Skip();
            else if (member == OutputField.Thinking) thoughts = Math.Min(thoughts, reader.CurrentDepth);
            else if (Take(ref reader, member == OutputField.Bound && thoughts < reader.CurrentDepth ? OutputField.MaybeBound : member, name, top) is { } error) return error;
        }

        return null;
    }

    private GatewayError? Take(ref Utf8JsonReader reader, OutputField field, scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> below)
    {
        if (field == OutputField.StoredPrompt) RefersToStored |= reader.TokenType == JsonTokenType.String;
        if (field is not (OutputField.Bound or OutputField.Count or OutputField.MaybeBound) || reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String)) return null;
        if (field == OutputField.MaybeBound)
        {
            if (Utf8Parser.TryParse(reader.ValueSpan, out double about, out _) && about > 0) MaybeBound = Math.Max(MaybeBound, (long)Math.Min(Math.Ceiling(about), int.MaxValue));
            return null;
        }

        // Google takes "100" and 1e2 for numbers too; a text without a digit is one to nobody.
        if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IndexOfAnyInRange((byte)'0', (byte)'9') < 0) return null;
        if (reader.TokenType == JsonTokenType.String || !Utf8Parser.TryParse(reader.ValueSpan, out int number, out var used) || used != reader.ValueSpan.Length || number < 1) return Wrong(name, below);
        if (field == OutputField.Bound) Bound = Math.Max(Bound, number);
        else Count = Math.Max(Count, number);
        return null;
    }

    private static GatewayError Wrong(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> below)
    {
        var field = Encoding.UTF8.GetString(name);
        if (!below.IsEmpty) field = $"{Encoding.UTF8.GetString(below)}.{field}";
        return new(ErrorKind.InvalidRequest, $"'{field}' must be a whole number from 1 to {int.MaxValue}, written without a fraction or an exponent.", field);
    }
}
