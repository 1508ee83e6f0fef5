using Gateway.Core.Money;
using Gateway.Core.Usage;
using Gateway.Pipeline;

namespace Gateway.Routing;

/// <summary>What of a request the choice among targets depends on.</summary>
/// <param name="Chance">Random bits of the request.</param>
/// <param name="Affinity">Hash of what its requests should stay together by; 0: nothing.</param>
/// <param name="IsStream">How soon it begins is what matters; else, how soon it is whole.</param>
/// <param name="InputTokens">About how long the prompt is.</param>
/// <param name="OutputTokens">About how long the answer may become.</param>
internal readonly record struct RouteAsk(ulong Chance, ulong Affinity, bool IsStream, long InputTokens, long OutputTokens)
{
    /// <summary>Bytes of a request for each token: English text has about four, with JSON around it.</summary>
    private const int BytesPerToken = 4;

    /// <summary>What an answer is thought to have where the request does not bound it.</summary>
    private const long UsualOutput = 500;

    public static RouteAsk Of(Call call, ModelEntry model) => Of(call.Chance, Routing.Affinity.Of(call, model), call.Fields.Stream, call.Body.Span.Length, call.Fields.OutputBound);

    /// <param name="bytes">Of the request's body.</param>
    /// <param name="bound">Tokens the answer may have; null: the request does not say.</param>
    public static RouteAsk Of(ulong chance, ulong affinity, bool isStream, int bytes, long? bound) => new(chance, affinity, isStream, bytes / BytesPerToken, Math.Min(bound ?? UsualOutput, UsualOutput));

    /// <summary>Nano-dollars, roughly: for comparing targets, not for billing. A target without a price costs nothing.</summary>
    public double PriceAt(Target target) => target.Price is { } price ? CostCalculator.Cost(price, new TokenUsage { Input = InputTokens, Output = OutputTokens, Calls = 1 }).Value : 0;
}
