using Gateway.Core.Money;
using Gateway.Pipeline;

namespace Gateway.Admission;

/// <summary>The most an attempt can use, as far as the request says it.</summary>
internal static class AttemptBound
{
    /// <summary>Tokens of one answer where neither the request nor the catalogue bounds it: where that matters the request is sent with this bound (<see cref="OutputCap"/>).</summary>
    /// <remarks>4,096: what most replies stay below, and the ceiling of many models that people run themselves.</remarks>
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
