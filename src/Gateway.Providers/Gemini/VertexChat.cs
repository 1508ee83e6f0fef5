using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Anthropic;

namespace Gateway.Providers.Gemini;

/// <summary>Chat completions on Vertex AI: models whose name begins with <c>claude</c> speak Anthropic's format, all others Gemini's.</summary>
internal sealed class VertexChat : ITranslator
{
    private const string Claude = "claude";

    private static readonly GeminiChat Google = new();

    private static readonly AnthropicChat Anthropic = new(new AnthropicHome
    {
        Version = "vertex-2023-10-16",
        Path = static (model, stream) => $"publishers/anthropic/models/{Uri.EscapeDataString(model).Replace("%40", "@", StringComparison.Ordinal)}:{(stream ? "streamRawPredict" : "rawPredict")}",
    });

    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context)
    {
        if (IsClaude(context)) return Anthropic.BuildRequest(body, context);
        var built = Google.BuildRequest(body, context);
        return built.IsOk ? built.Value with { Path = VertexProvider.Publisher + built.Value.Path } : built;
    }

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply) =>
        IsClaude(context) ? Anthropic.ReadReply(body, context, reply) : Google.ReadReply(body, context, reply);

    /// <summary>Google's own errors come for both, and what Anthropic says is said in the same place.</summary>
    public GatewayError ReadError(GatewayError read, int status, ReadOnlySpan<byte> body) => GeminiErrors.Refine(read, status, body);

    public IStreamTranslator OpenStream(in TranslationContext context) => IsClaude(context) ? Anthropic.OpenStream(context) : Google.OpenStream(context);

    private static bool IsClaude(in TranslationContext context) => context.TargetModel.StartsWith(Claude, StringComparison.Ordinal);
}
