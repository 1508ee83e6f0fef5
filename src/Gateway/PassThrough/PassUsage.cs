using System.Globalization;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Pipeline;
using Gateway.Providers;
using Gateway.Providers.Dialects;
using Gateway.Reply;
using Gateway.Upstream;

namespace Gateway.PassThrough;

/// <summary>Who reads the usage of an answer in a provider's own format.</summary>
internal static class PassUsage
{
    /// <summary>Null where nobody does.</summary>
    public static IPassReader? Open(PassShape shape, in TranslationContext context, ProviderManifest manifest) => shape switch
    {
        PassShape.Chat => new EventPassReader(InferenceEndpoint.ChatCompletions, null),
        PassShape.Completions => new EventPassReader(InferenceEndpoint.Completions, null),
        PassShape.Responses => new EventPassReader(InferenceEndpoint.Responses, ClientDialects.Responses.OpenReader()),
        PassShape.Messages => new EventPassReader(InferenceEndpoint.Messages, ClientDialects.Messages.OpenReader()),
        _ => Translator(shape, manifest) is { } translator ? new TranslatedPassReader(translator.OpenStream(context)) : null,
    };

    /// <summary>What a whole answer says of itself; no usage where it says nothing that is understood.</summary>
    public static ReplyFacts Read(Call call, PassPlan plan, ReadOnlySpan<byte> body, UpstreamReply reply, DateTimeOffset now)
    {
        var shape = plan.Operation.Shape;
        if (Endpoint(shape) is { } endpoint)
        {
            var facts = ClientDialects.Of(endpoint) is { } dialect ? dialect.ReadFacts(body) : IdentityFacts.Read(endpoint, body, plan.Provider);
            return facts.IsOk ? facts.Value : default;
        }

        if (Translator(shape, plan.Provider.Manifest) is { } translator)
        {
            using var unused = new PooledWriter(body.Length + 512);
            var facts = translator.ReadReply(body, Context(call, plan, now), unused);
            if (facts is { IsOk: true, Value.Usage: not null }) return facts.Value;
        }

        // Bedrock counts for every model, also for those whose own answers do not say.
        if (shape == PassShape.BedrockInvoke && Count(reply, "x-amzn-bedrock-input-token-count") is { } input && Count(reply, "x-amzn-bedrock-output-token-count") is { } output)
            return new ReplyFacts(new TokenUsage { Input = input, Output = output });
        return PassCounts.TryRead(body, out var usage) ? new ReplyFacts(usage) : default;
    }

    public static TranslationContext Context(Call call, PassPlan plan, DateTimeOffset now) => new(call.RequestId, now, plan.Target.Model, plan.Target.Model, true);

    private static long? Count(UpstreamReply reply, string header) => long.TryParse(reply.Header(header), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    private static InferenceEndpoint? Endpoint(PassShape shape) => shape switch
    {
        PassShape.Chat => InferenceEndpoint.ChatCompletions,
        PassShape.Completions => InferenceEndpoint.Completions,
        PassShape.Embeddings => InferenceEndpoint.Embeddings,
        PassShape.Responses => InferenceEndpoint.Responses,
        PassShape.Messages => InferenceEndpoint.Messages,
        PassShape.Rerank => InferenceEndpoint.Rerank,
        PassShape.Moderations => InferenceEndpoint.Moderations,
        _ => null,
    };

    /// <summary>Not the one the configuration's <c>api</c> asks for: what is passed through says itself which API it is of.</summary>
    private static ITranslator? Translator(PassShape shape, ProviderManifest manifest)
    {
        var kind = ProviderCatalog.ByKind[manifest.Kind].Manifest;
        return shape switch
        {
            PassShape.Gemini or PassShape.BedrockConverse or PassShape.CohereChat or PassShape.Ollama => kind.Translators.GetValueOrDefault(InferenceEndpoint.ChatCompletions),
            PassShape.BedrockInvoke => kind.Apis.GetValueOrDefault("invoke")?.GetValueOrDefault(InferenceEndpoint.ChatCompletions),
            _ => null,
        };
    }
}
