using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Anthropic;

namespace Gateway.Providers.Bedrock;

/// <summary>Chat completions by InvokeModel, which takes a model's own format: Anthropic's, for Claude.</summary>
internal sealed class BedrockInvokeChat : ITranslator
{
    private static readonly KeyValuePair<string, string>[] PlainHeaders = [new("Accept", "application/json")];

    private static readonly KeyValuePair<string, string>[] StreamHeaders = [new("Accept", "application/vnd.amazon.eventstream"), new("X-Amzn-Bedrock-Accept", "application/json")];

    private static readonly AnthropicHome Home = new()
    {
        Version = "bedrock-2023-05-31",
        BodyHasStream = false,
        Path = static (model, stream) => BedrockPaths.Of(model, stream ? "invoke-with-response-stream" : "invoke"),
        Headers = static stream => stream ? StreamHeaders : PlainHeaders,
    };

    public Outcome<UpstreamRequest> BuildRequest(ReadOnlySpan<byte> body, in TranslationContext context) => AnthropicRequest.Build(body, context, Home);

    public Outcome<ReplyFacts> ReadReply(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply) => AnthropicReply.Read(body, context, reply);

    public GatewayError ReadError(GatewayError read, int status, ReadOnlySpan<byte> body) => BedrockErrors.Refine(read, body);

    public IStreamTranslator OpenStream(in TranslationContext context) => new BedrockInvokeStream(context);
}
