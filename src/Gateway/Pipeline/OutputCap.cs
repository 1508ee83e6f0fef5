using System.Globalization;
using System.Text;
using Gateway.Admission;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Routing;

namespace Gateway.Pipeline;

/// <summary>
/// The most an answer may be long where neither the client, nor the operator, nor the catalogue says it, and money or tokens are limited. Sent along, because a reservation for
/// an answer that can be of any length is a guess, and a guess lets a budget be exceeded. A bound that the client wrote into a provider's own field is sent under the API's name as well: whether the
/// provider reads that field is its affair.
/// </summary>
internal static class OutputCap
{
    private static readonly OperatorField OldName = Field("max_tokens");
    private static readonly OperatorField NewName = Field("max_completion_tokens");
    private static readonly OperatorField ResponsesName = Field("max_output_tokens");

    /// <summary>Null where the request needs none.</summary>
    /// <param name="maxCost">What the request may cost at most, whoever pays; null: nobody said.</param>
    public static OperatorField? For(in RequestFields fields, ModelEntry model, Target target, KeyEntry key, InferenceEndpoint endpoint, NanoUsd? maxCost = null)
    {
        if (fields.OwnBound is null && (fields.OutputBound is not null || target.MaxOutput is not null)) return null;
        if (key.Scopes is not { IsMetered: true } && target.Limits.Tpm is null && maxCost is null) return null;
        foreach (var field in model.Fields)
        {
            var name = field.Name.AsSpan();
            if (name.SequenceEqual(PolicyFields.Utf8(PolicyField.MaxTokens)) || name.SequenceEqual(PolicyFields.Utf8(PolicyField.MaxCompletionTokens))
                || name.SequenceEqual(PolicyFields.Utf8(PolicyField.MaxOutputTokens)))
                return null;
        }

        var cap = endpoint == InferenceEndpoint.Responses ? ResponsesName : TakesNewName(target, endpoint) ? NewName : OldName;
        return fields.OwnBound is { } own ? Field(Encoding.UTF8.GetString(cap.Name), own) : cap;
    }

    private static bool TakesNewName(Target target, InferenceEndpoint endpoint) =>
        endpoint == InferenceEndpoint.ChatCompletions && target.Provider.Manifest.ChatOutputLimit == ChatOutputLimit.MaxCompletionTokens;

    // It wins over a null, the only thing a client can have written there when this is asked for.
    private static OperatorField Field(string name, long tokens = AttemptBound.AssumedOutput) =>
        OperatorField.Create(name, Encoding.UTF8.GetBytes(tokens.ToString(CultureInfo.InvariantCulture)), wins: true);
}
