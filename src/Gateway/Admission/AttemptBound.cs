using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Admission;

/// <summary>The most an attempt can use, as far as the request says it.</summary>
internal static class AttemptBound
{
    /// <summary>Tokens of one answer where neither the request nor the catalogue bounds it: where that matters the request is sent with this bound (<see cref="OutputCap"/>).</summary>
    /// <remarks>4,096: what most replies stay below, and the ceiling of many models that people run themselves.</remarks>
    public const long AssumedOutput = 4096;

    private const long BytesPerSearch = 400;

    // No model reads or writes so many; it keeps sums and products of the numbers a client may send far from overflow.
    private const long MostTokens = 1_000_000_000_000;

    public static long Tokens(in AdmissionRequest request) => Input(request) + Output(request);

    /// <summary>Nano-dollars; 0 where the target has no price.</summary>
    public static NanoUsd Cost(in AdmissionRequest request) =>
        request.Target.Price is { } price ? CostCalculator.UpperBound(price, Input(request), Output(request), Calls(request)) : NanoUsd.Zero;

    private static long Input(in AdmissionRequest request) => Math.Clamp(request.InputBound, 0, MostTokens);

    /// <summary>A reranking is billed by searches of a hundred documents, and a document takes four bytes of a body at least: <c>"a",</c></summary>
    private static long Calls(in AdmissionRequest request) => request.Endpoint == InferenceEndpoint.Rerank ? (Input(request) / BytesPerSearch) + 1 : 0;

    private static long Unbounded(in AdmissionRequest request) => Math.Max(request.LeastOutput, (request.Target.MaxOutput ?? AssumedOutput) * request.Choices);

    private static long Output(in AdmissionRequest request) => Math.Clamp(request.OutputBound ?? Unbounded(request), 0, MostTokens);
}
