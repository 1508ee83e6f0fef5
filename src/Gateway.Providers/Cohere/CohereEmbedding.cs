using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Cohere;

/// <summary>Embeddings, between OpenAI's wire format and Cohere's.</summary>
internal sealed class CohereEmbedding : ITranslator
{
    /// <summary>Cohere must be told what its vectors are for, and OpenAI's clients cannot say: the kind to be stored. Who searches sends <c>search_query</c>.</summary>
    private const string InputType = "input_type", DefaultInputType = "search_document";

    private const string Types = "embedding_types";

    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context)
    {
        var read = EmbeddingAsk.Read(body, CohereRequest.Name);
        if (!read.IsOk) return read.Error;
        var ask = read.Value;
        if (ask.Own.Any(static m => m.Key == Types)) return OpenAIRequest.Invalid($"'{Types}' has no place in OpenAI's answer: leave it out.", Types);
        var native = RequestJson.Write((ask, context.TargetModel), body.Length, static (json, state) => Write(json, state.ask, state.TargetModel));
        return new UpstreamRequest("v2/embed", native, Stream: false) { Memory = ask };
    }

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (ReplyJson.Parse(body, CohereJson.Default.CohereVectors) is not { Embeddings.Float: { } vectors } answer) return CohereErrors.Unreadable();
        if (context.Memory is not EmbeddingAsk ask || !ask.AreAnswer(vectors)) return CohereErrors.Unreadable();
        var raw = answer.Meta?.BilledUnits?.GetRawText();
        var usage = raw is null ? null : Usage(raw);
        EmbeddingReply.Write(reply, context.Model, vectors!, ask.AsBase64, usage ?? default);
        return new ReplyFacts(usage, raw);
    }

    public GatewayError ReadError(GatewayError read, int status, ReadOnlySpan<byte> body) => CohereErrors.Refine(read, body);

    public IStreamTranslator OpenStream(in TranslationContext context) => throw new UnreachableException("embeddings are not streamed");

    private static void Write(Utf8JsonWriter json, EmbeddingAsk ask, string model)
    {
        json.WriteString("model"u8, model);
        if (!ask.Own.Any(static m => m.Key == InputType)) json.WriteString(InputType, DefaultInputType);
        json.WriteStartArray(Types);
        json.WriteStringValue("float"u8);
        json.WriteEndArray();
        if (ask.Dimensions is { } dimensions) json.WriteNumber("output_dimension"u8, dimensions);
        json.WriteStartArray("texts"u8);
        foreach (var text in ask.Texts) json.WriteStringValue(text);
        json.WriteEndArray();
        ask.WriteOwn(json);
    }

    private static TokenUsage? Usage(string billed)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($$"""{"billed_units":{{billed}}}"""));
        reader.Read();
        var usage = new CohereUsage();
        return usage.Read(ref reader) ? usage.Tokens : null;
    }
}
