using Gateway.Config;
using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Routing;

/// <summary>A request field the operator sets for a model: a default (<c>params</c>) or one that wins over the client's (<c>override</c>).</summary>
/// <param name="Name">UTF-8.</param>
/// <param name="Value">One JSON value.</param>
/// <param name="Member">The whole member with a comma behind it, ready to be inserted.</param>
internal sealed record OperatorField(byte[] Name, byte[] Value, byte[] Member, bool Wins)
{
    public static OperatorField Create(string name, ReadOnlySpan<byte> value, bool wins) =>
        new(System.Text.Encoding.UTF8.GetBytes(name), value.ToArray(), [.. JsonBytes.Quote(name), (byte)':', .. value, (byte)','], wins);

    /// <summary>What the operator wrote as <c>params</c> and <c>override</c>; of two with one name the latter.</summary>
    public static OperatorField[] Of(IReadOnlyDictionary<string, JsonText> defaults, IReadOnlyDictionary<string, JsonText> overrides) =>
    [
        .. overrides.Select(static f => Create(f.Key, f.Value.Utf8.Span, wins: true)),
        .. defaults.Where(f => !overrides.ContainsKey(f.Key)).Select(static f => Create(f.Key, f.Value.Utf8.Span, wins: false)),
    ];

    /// <summary>Chat's other name of the longest answer, where the field is one of the two: to an operator they are one field. Else empty.</summary>
    public ReadOnlySpan<byte> Twin
    {
        get
        {
            var old = PolicyFields.Utf8(PolicyField.MaxTokens);
            var young = PolicyFields.Utf8(PolicyField.MaxCompletionTokens);
            return Name.AsSpan().SequenceEqual(old) ? young : Name.AsSpan().SequenceEqual(young) ? old : default;
        }
    }

    /// <summary>Whether they are set in requests for this endpoint: they are about what a model writes.</summary>
    public static bool AreFor(InferenceEndpoint endpoint) => endpoint is not (InferenceEndpoint.CountTokens or InferenceEndpoint.Rerank or InferenceEndpoint.Moderations);

    /// <summary>As it is called in requests for this endpoint: operators write the chat's names.</summary>
    public OperatorField For(InferenceEndpoint endpoint)
    {
        var isLimit = Name.AsSpan().SequenceEqual("max_tokens"u8) || Name.AsSpan().SequenceEqual("max_completion_tokens"u8);
        return isLimit && LimitOf(endpoint) is { } name ? Create(name, Value, Wins) : this;
    }

    private static string? LimitOf(InferenceEndpoint endpoint) => endpoint switch
    {
        InferenceEndpoint.Responses => "max_output_tokens",
        InferenceEndpoint.Messages => "max_tokens",
        _ => null,
    };
}
