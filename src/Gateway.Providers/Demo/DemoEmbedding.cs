using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Demo;

/// <summary>Embeddings, between OpenAI's wire format and the demo's.</summary>
internal sealed class DemoEmbedding : ITranslator
{
    private const int DefaultDimensions = 256;
    private const int MaxDimensions = 3072;
    private const int MaxInputs = 2048;

    /// <summary>Numbers in one answer: some 12 MB of JSON.</summary>
    private const int MaxNumbers = 1024 * 1024;

    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context)
    {
        var read = OpenAIRequest.Read(body, OpenAIJson.Default.EmbeddingRequest);
        if (!read.IsOk) return read.Error;
        var request = read.Value;
        var dimensions = request.Dimensions ?? DefaultDimensions;
        if (Problem(request, dimensions) is { } problem) return problem;
        var ask = new DemoEmbedAsk([.. request.Input!.Items.Select(static i => new DemoEmbedInput(i.Text, i.Tokens))], dimensions);
        return new UpstreamRequest(DemoPaths.Embed, JsonSerializer.SerializeToUtf8Bytes(ask, DemoJson.Default.DemoEmbedAsk), Stream: false)
        {
            Memory = new Remembered(request.EncodingFormat == "base64"),
        };
    }

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (ReplyJson.Parse(body, DemoJson.Default.DemoVectors) is not { Vectors: { } vectors } answer) return DemoErrors.Unreadable("an answer that cannot be read");
        var usage = DemoUsage.Read(answer.Usage);
        EmbeddingReply.Write(reply, context.Model, vectors, context.Memory is Remembered { AsBase64: true }, usage ?? default);
        return new ReplyFacts(usage, answer.Usage?.GetRawText());
    }

    public GatewayError ReadError(GatewayError read, int status, ReadOnlySpan<byte> body) => DemoErrors.Read(status, body);

    public IStreamTranslator OpenStream(in TranslationContext context) => throw new UnreachableException("embeddings are not streamed");

    private static GatewayError? Problem(EmbeddingRequest request, int dimensions)
    {
        if (request.Input is not { Items: { Count: > 0 and <= MaxInputs } items }) return OpenAIRequest.Invalid($"'input' must have 1 to {MaxInputs} items.", "input");
        if (items.Any(static i => i.Text is "" || i.Tokens is { Count: 0 })) return OpenAIRequest.Invalid("'input' must not have an empty item.", "input");
        if (dimensions is < 1 or > MaxDimensions) return OpenAIRequest.Invalid($"'dimensions' must be from 1 to {MaxDimensions}.", "dimensions");
        if (items.Count * dimensions > MaxNumbers) return OpenAIRequest.Invalid($"Inputs times dimensions may be {MaxNumbers} at most.", "input");
        if (request.EncodingFormat is not (null or "float" or "base64")) return OpenAIRequest.Invalid("'encoding_format' must be 'float' or 'base64'.", "encoding_format");
        return request.Rest is not null && request.Rest.TryGetValue("stream", out var stream) && stream.ValueKind == JsonValueKind.True
            ? OpenAIRequest.Invalid("Embeddings cannot be streamed.", "stream")
            : null;
    }

    private sealed record Remembered(bool AsBase64);
}
