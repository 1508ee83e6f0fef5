using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Routing;

namespace Gateway.PassThrough;

/// <summary>What is known of one call before it is sent.</summary>
internal sealed record PassPlan
{
    /// <summary>Of models that the catalogue does not know: few can read more.</summary>
    private const long LargestContext = 1_000_000;

    public required PassPath Path { get; init; }

    public required PassOperation Operation { get; init; }

    public required ModelEntry Model { get; init; }

    public required Target Target { get; init; }

    /// <summary>The body was read, and is in <see cref="Call.Body"/>; else it is sent as it comes.</summary>
    public required bool IsBuffered { get; init; }

    public ProviderEntry Provider => Target.Provider;

    /// <summary>Where a budget is finite, what is sent has a bound: the request's own, or the model's.</summary>
    public GatewayError? Unbounded(Call call) =>
        Operation.IsKnown && call.Fields.OutputBound is null && Target.MaxOutput is null && Target.Price is not null && call.Key!.Scopes is { IsMetered: true } && Model.Unpriced == UnpricedPolicy.Reject
            ? new(ErrorKind.InvalidRequest, "The key has a budget or a limit of tokens, and nothing says how long the answer may be: send the provider's field for the most tokens of an answer.") { Code = "output_unbounded" }
            : null;

    public AdmissionRequest Ask(Call call) =>
        new(call.RequestId, call.Attempts + 1, call.Key!, AdmittedAs, Model, Target, InputBound(call), OutputBound(call), call.Fields.Choices);

    /// <summary>The most tokens of the prompt.</summary>
    public long InputBound(Call call)
    {
        if (Operation.Shape == PassShape.Socket) return Target.ContextWindow ?? LargestContext;
        return call.Fields.RefersToStored ? Math.Max(call.Body.Span.Length, Target.ContextWindow ?? LargestContext) : call.Body.Span.Length;
    }

    /// <summary>The most tokens of the answer; null: the model's own limit, or what is assumed.</summary>
    public long? OutputBound(Call call) => Operation.IsKnown || Operation.Shape == PassShape.Socket ? call.Fields.OutputBound : 0;

    /// <summary>The most tokens of the answer as they were reserved.</summary>
    public long ReservedOutput(Call call) => OutputBound(call) ?? ((Target.MaxOutput ?? AttemptBound.AssumedOutput) * call.Fields.Choices);

    /// <summary>Where an answer sends the client on, as an address of this gateway; null where it lies elsewhere: the client would take its key there, and learn where the provider is.</summary>
    public string? LocationOf(Uri? location)
    {
        if (location is null) return null;
        var prefix = Provider.Connection!.Prefix;
        var absolute = new Uri(Path.Below(prefix), location).AbsoluteUri;
        var target = absolute.StartsWith(prefix, StringComparison.Ordinal) ? $"{PassPath.Prefix}{Provider.Name}/{absolute[prefix.Length..]}" : "";
        return PassPath.Read(target).IsOk ? target : null;
    }

    /// <summary>Rerankings are reserved by searches.</summary>
    private InferenceEndpoint AdmittedAs => Operation.Shape == PassShape.Rerank ? InferenceEndpoint.Rerank : InferenceEndpoint.Pass;
}
