using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Ollama;

/// <summary>Embeddings, between OpenAI's wire format and Ollama's.</summary>
internal sealed class OllamaEmbedding : ITranslator
{
    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context)
    {
        var read = EmbeddingAsk.Read(body, OllamaRequest.Name);
        if (!read.IsOk) return read.Error;
        var native = RequestJson.Write((Ask: read.Value, context.TargetModel), body.Length, static (json, state) => Write(json, state.Ask, state.TargetModel));
        return new UpstreamRequest("api/embed", native, Stream: false) { Memory = read.Value };
    }

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (ReplyJson.Parse(body, OllamaJson.Default.OllamaVectors) is not { } answer) return OllamaErrors.Unreadable();
        if (answer.Error is { } error) return OllamaErrors.Of(error, body);
        if (context.Memory is not EmbeddingAsk ask || !ask.AreAnswer(answer.Embeddings)) return OllamaErrors.Unreadable();
        TokenUsage? usage = answer.PromptEvalCount is { ValueKind: JsonValueKind.Number } count && count.TryGetInt64(out var tokens) && tokens >= 0 ? new TokenUsage { Input = tokens } : null;
        EmbeddingReply.Write(reply, context.Model, answer.Embeddings!, ask.AsBase64, usage ?? default);
        return new ReplyFacts(usage, usage is null ? null : $$"""{"prompt_eval_count":{{answer.PromptEvalCount!.Value.GetRawText()}}}""");
    }

    public IStreamTranslator OpenStream(in TranslationContext context) => throw new UnreachableException("embeddings are not streamed");

    private static void Write(Utf8JsonWriter json, EmbeddingAsk ask, string model)
    {
        json.WriteString("model"u8, model);
        json.WriteStartArray("input"u8);
        foreach (var text in ask.Texts) json.WriteStringValue(text);
        json.WriteEndArray();
        if (ask.Dimensions is { } dimensions) json.WriteNumber("dimensions"u8, dimensions);
        ask.WriteOwn(json);
    }
}
