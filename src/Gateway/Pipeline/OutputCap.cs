using Gateway.Admission;
using Gateway.Core.Providers;
using Gateway.Routing;

namespace Gateway.Pipeline;

/// <summary>
/// The most an answer may be long where neither the client, nor the operator, nor the catalogue says it, and money or tokens are limited. Sent along, because a reservation for
/// an answer that can be of any length is a guess, and a guess lets a budget be exceeded.
/// </summary>
internal static class OutputCap
{
    private static readonly OperatorField OldName = Field("max_tokens");
    private static readonly OperatorField NewName = Field("max_completion_tokens");
    private static readonly OperatorField ResponsesName = Field("max_output_tokens");

    /// <summary>Null where the request needs none.</summary>
    public static OperatorField? For(in RequestFields fields, ModelEntry model, Target target, KeyEntry key, InferenceEndpoint endpoint)
    {
        if (fields.OutputBound is not null || target.MaxOutput is not null) return null;
        if (key.Scopes is not { IsMetered: true } && target.Limits.Tpm is null) return null;
        foreach (var field in model.Fields)
        {
            var name = field.Name.AsSpan();
            if (name.SequenceEqual(PolicyFields.Utf8(PolicyField.MaxTokens)) || name.SequenceEqual(PolicyFields.Utf8(PolicyField.MaxCompletionTokens))
                || name.SequenceEqual(PolicyFields.Utf8(PolicyField.MaxOutputTokens)))
                return null;
        }

        if (endpoint == InferenceEndpoint.Responses) return ResponsesName;
        var takesNewName = endpoint == InferenceEndpoint.ChatCompletions && target.Provider.Manifest.ChatOutputLimit == ChatOutputLimit.MaxCompletionTokens;
        return takesNewName ? NewName : OldName;
    }

    // It wins over a null, the only thing a client can have written there when this is asked for.
    private static OperatorField Field(string name) =>
        OperatorField.Create(name, System.Text.Encoding.UTF8.GetBytes(AttemptBound.AssumedOutput.ToString(System.Globalization.CultureInfo.InvariantCulture)), wins: true);
}
