using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>Embeddings, between OpenAI's wire format and the two that Google has: <c>batchEmbedContents</c> of the Gemini API, and <c>predict</c> of Vertex AI.</summary>
internal sealed class GeminiEmbedding(bool isVertex) : ITranslator
{
    /// <summary>OpenAI's own, without a meaning here.</summary>
    private static readonly string[] Known = ["model", "user"];

    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context)
    {
        var read = OpenAIRequest.Read(body, OpenAIJson.Default.EmbeddingRequest);
        if (!read.IsOk) return read.Error;
        var request = read.Value;
        if (Problem(request) is { } problem) return problem;
        var native = RequestJson.Write((request, context.TargetModel), body.Length, isVertex ? WritePrediction : WriteBatch);
        return new UpstreamRequest((isVertex ? VertexProvider.Publisher : "") + GeminiModels.Path(context.TargetModel, isVertex ? "predict" : "batchEmbedContents"), native, Stream: false)
        {
            Memory = new Remembered(request.Input!.Items.Count, request.EncodingFormat == "base64"),
        };
    }

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (ReplyJson.Parse(body, GeminiJson.Default.GeminiVectors) is not { } answer) return GeminiErrors.Unreadable();
        var found = isVertex ? answer.Predictions?.Select(static p => p?.Embeddings?.Values) : answer.Embeddings?.Select(static e => e?.Values);
        var vectors = found?.OfType<float[]>().ToList();
        var memory = context.Memory as Remembered;
        if (vectors is not { Count: > 0 } || (memory is not null && memory.Inputs != vectors.Count) || vectors.Exists(static v => !v.All(float.IsFinite))) return GeminiErrors.Unreadable();
        var usage = isVertex ? Counted(answer) : Reported(answer);
        EmbeddingReply.Write(reply, context.Model, vectors, memory is { AsBase64: true }, usage ?? default);
        return new ReplyFacts(usage, answer.UsageMetadata?.GetRawText());
    }

    public GatewayError ReadError(GatewayError read, int status, ReadOnlySpan<byte> body) => GeminiErrors.Refine(read, status, body);

    public IStreamTranslator OpenStream(in TranslationContext context) => throw new UnreachableException("embeddings are not streamed");

    private static GatewayError? Problem(EmbeddingRequest request)
    {
        if (request.Input is not { Items: { Count: > 0 } items }) return OpenAIRequest.Invalid("'input' must have an item at least.", "input");
        if (items.Any(static i => string.IsNullOrEmpty(i.Text))) return OpenAIRequest.Invalid($"'input' must be text and not empty: {GeminiRequest.Name} does not take token ids.", "input");
        if (request.Dimensions is <= 0) return OpenAIRequest.Invalid("'dimensions' must be 1 at least.", "dimensions");
        return request.EncodingFormat is null or "float" or "base64" ? null : OpenAIRequest.Invalid("'encoding_format' must be 'float' or 'base64'.", "encoding_format");
    }

    private static void WriteBatch(Utf8JsonWriter json, (EmbeddingRequest Request, string Model) ask)
    {
        json.WriteStartArray("requests"u8);
        foreach (var item in ask.Request.Input!.Items)
        {
            json.WriteStartObject();
            json.WriteString("model"u8, GeminiModels.Resource(ask.Model));
            json.WriteStartObject("content"u8);
            json.WriteStartArray("parts"u8);
            GeminiParts.WriteText(json, item.Text!);
            json.WriteEndArray();
            json.WriteEndObject();
            if (ask.Request.Dimensions is { } dimensions) json.WriteNumber("outputDimensionality"u8, dimensions);
            WriteOwn(json, ask.Request, static _ => true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePrediction(Utf8JsonWriter json, (EmbeddingRequest Request, string Model) ask)
    {
        json.WriteStartArray("instances"u8);
        foreach (var item in ask.Request.Input!.Items)
        {
            json.WriteStartObject();
            json.WriteString("content"u8, item.Text);
            WriteOwn(json, ask.Request, IsOfInstance);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("parameters"u8);
        if (ask.Request.Dimensions is { } dimensions) json.WriteNumber("outputDimensionality"u8, dimensions);
        WriteOwn(json, ask.Request, static name => !IsOfInstance(name));
        json.WriteEndObject();
    }

    private static bool IsOfInstance(string name) => name is "task_type" or "title";

    /// <summary>Members that OpenAI does not know, as the client wrote them.</summary>
    private static void WriteOwn(Utf8JsonWriter json, EmbeddingRequest request, Func<string, bool> here)
    {
        foreach (var (name, value) in request.Rest ?? [])
        {
            if (Known.Contains(name) || !here(name)) continue;
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }

    private static TokenUsage? Reported(GeminiVectors answer)
    {
        if (answer.UsageMetadata is not { } metadata) return null;
        var usage = new GeminiUsage();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(metadata.GetRawText()));
        reader.Read();
        return usage.Read(ref reader) ? usage.Tokens : null;
    }

    /// <summary>Vertex AI counts each text by itself; one without a count leaves the sum unknown.</summary>
    private static TokenUsage? Counted(GeminiVectors answer)
    {
        var sum = 0L;
        foreach (var prediction in answer.Predictions ?? [])
        {
            if (prediction?.Embeddings?.Statistics?.TokenCount is not (>= 0 and <= int.MaxValue and var count)) return null;
            sum += (long)count;
        }

        return new TokenUsage { Input = sum };
    }

    private sealed record Remembered(int Inputs, bool AsBase64);
}
