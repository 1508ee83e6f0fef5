using System.Runtime.CompilerServices;
using System.Text;
using Gateway.Core.Errors;

namespace Gateway.Pipeline;

/// <summary>The top-level fields policy looks at. The order is that of <see cref="PolicyFields.NamesUtf8"/>.</summary>
internal enum PolicyField
{
    Model, Stream, StreamOptions, MaxTokens, MaxCompletionTokens, N, BestOf, User, Messages, Prompt, Input, Tools, MaxOutputTokens, Metadata, Background, PreviousResponseId, Conversation, PromptVariables,
}

/// <summary>Where each policy field stands among a body's members.</summary>
internal struct PolicyFields
{
    private static readonly string[] Names =
        ["model", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "best_of", "user", "messages", "prompt", "input", "tools", "max_output_tokens", "metadata", "background", "previous_response_id", "conversation", "prompt_variables"];

    private static readonly byte[][] NamesUtf8 = [.. Names.Select(Encoding.UTF8.GetBytes)];

    private Positions _positions;

    /// <summary>The member's index, or -1.</summary>
    public readonly int this[PolicyField field] => _positions[(int)field] - 1;

    public static string Name(PolicyField field) => Names[(int)field];

    public static ReadOnlySpan<byte> Utf8(PolicyField field) => NamesUtf8[(int)field];

    /// <summary>
    /// Finds the fields. A member that equals one but for its case (<c>Model</c>) is refused: an upstream that ignores case would see another value than policy did.
    /// </summary>
    public static GatewayError? Locate(ReadOnlySpan<byte> body, in JsonMembers members, out PolicyFields found)
    {
        found = default;
        for (var i = 0; i < members.Count; i++)
        {
            var name = members.Name(i, body);
            if (!Ascii.IsValid(name) && Folded(name) is { } folded) return Variant(name, folded);
            for (var f = 0; f < NamesUtf8.Length; f++)
            {
                var policy = NamesUtf8[f];
                if (name.Length != policy.Length) continue;
                if (name.SequenceEqual(policy)) found._positions[f] = i + 1;
                else if (Ascii.EqualsIgnoreCase(name, policy))
                    return Variant(name, Names[f]);
            }
        }

        return null;
    }

    private static GatewayError Variant(ReadOnlySpan<byte> name, string field) =>
        new(ErrorKind.InvalidRequest, $"The member '{Encoding.UTF8.GetString(name)}' must be written '{field}': names are case-sensitive.", field);

    /// <summary>The policy field that a name becomes where case is folded as Unicode does: two letters outside ASCII, the long s and the Kelvin sign, fold to letters inside.</summary>
    private static string? Folded(ReadOnlySpan<byte> name)
    {
        var folded = Encoding.UTF8.GetString(name).Replace('\u017F', 's').Replace('\u212A', 'k');
        return Array.Find(Names, policy => policy.Equals(folded, StringComparison.OrdinalIgnoreCase));
    }

    [InlineArray(18)]
    private struct Positions
    {
        private int _first;
    }
}
