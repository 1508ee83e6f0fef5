using Gateway.Core.Money;

namespace Gateway.Admission;

/// <summary>The most an attempt can use, as far as the request says it.</summary>
internal static class AttemptBound
{
    /// <summary>Tokens assumed where neither the request nor the catalogue bounds the output.</summary>
    /// <remarks>
    /// 4,096: what most replies stay below, and the ceiling of many models that people run themselves. It is an estimate and no bound: such a request can cost more than it holds,
    /// and the difference is charged when it settles (docs/limits-and-budgets.md).
    /// </remarks>
    public const long AssumedOutput = 4096;

    // No model reads or writes so many; it keeps sums and products of the numbers a client may send far from overflow.
    private const long MostTokens = 1_000_000_000_000;

    public static long Tokens(in AdmissionRequest request) => Input(request) + Output(request);

    /// <summary>Nano-dollars; 0 where the target has no price.</summary>
    public static NanoUsd Cost(in AdmissionRequest request) =>
        request.Target.Price is { } price ? CostCalculator.UpperBound(price, Input(request), Output(request)) : NanoUsd.Zero;

    private static long Input(in AdmissionRequest request) => Math.Clamp(request.InputBound, 0, MostTokens);

    private static long Unbounded(in AdmissionRequest request) => (request.Target.MaxOutput ?? AssumedOutput) * request.Choices;

    private static long Output(in AdmissionRequest request) => Math.Clamp(request.OutputBound ?? Unbounded(request), 0, MostTokens);
}
