using System.Text;

namespace Gateway.Core.Providers;

/// <summary>What of OpenAI's request a provider of the same format calls otherwise.</summary>
public sealed class FieldQuirks
{
    /// <param name="renamed">OpenAI's name and the provider's.</param>
    public FieldQuirks(params IReadOnlyList<(string From, string To)> renamed) =>
        Renamed = [.. renamed.Select(static r => new FieldName(Encoding.UTF8.GetBytes(r.From), Encoding.UTF8.GetBytes(r.To)))];

    public IReadOnlyList<FieldName> Renamed { get; }

    /// <summary>
    /// The provider reports the usage of every stream by itself, and refuses the question: <c>stream_options</c> is not sent. The gateway serves it.
    /// </summary>
    public bool NoStreamOptions { get; init; }

    /// <summary>The provider's names of all fields that it takes: it refuses requests with others. Null: it does not.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Known { get; init; }

    /// <summary>Fields with objects in them, and the members that those may have. Of other fields the provider is not known to refuse any.</summary>
    public IReadOnlyList<(ReadOnlyMemory<byte> Field, MemberShape Shape)> Inside { get; init; } = [];

    public static IReadOnlyList<ReadOnlyMemory<byte>> Names(params IReadOnlyList<string> names) => [.. names.Select(static n => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(n))];

    /// <summary>The provider's name of a field; the same where it has no other.</summary>
    public ReadOnlyMemory<byte> NameOf(ReadOnlyMemory<byte> name)
    {
        foreach (var field in Renamed)
            if (field.From.Span.SequenceEqual(name.Span)) return field.To;
        return name;
    }
}

/// <param name="From">OpenAI's name.</param>
/// <param name="To">The provider's.</param>
public readonly record struct FieldName(ReadOnlyMemory<byte> From, ReadOnlyMemory<byte> To);
