using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;
using Gateway.Core.Wire.Rerank;
using Gateway.Providers.Dialects.Messages;
using Gateway.Routing;
using Gateway.Upstream;

namespace Gateway.Reply;

/// <summary>What a whole answer of the identity lane says of itself, in the endpoints of OpenAI's API and those that are like them.</summary>
internal static class IdentityFacts
{
    public static Outcome<ReplyFacts> Read(InferenceEndpoint endpoint, ReadOnlySpan<byte> body, ProviderEntry provider)
    {
        if (endpoint == InferenceEndpoint.CountTokens) return Counted(body);
        if (!OpenAIReply.Scan(body, out var scan)) return new GatewayError(ErrorKind.BadUpstream, $"The answer of provider '{provider.Name}' is not a JSON object.");
        if (scan.HasError) return UpstreamFailure.InStream(body, provider);
        if (endpoint == InferenceEndpoint.Rerank) return Ranked(body, provider);
        // An object that names neither its model nor a usage and holds no words answers nothing.
        if (scan is { Model.IsEmpty: true, Usage.IsEmpty: true, ContentBytes: 0 })
            return new GatewayError(ErrorKind.BadUpstream, $"The answer of provider '{provider.Name}' is no answer to {endpoint.Route()}.");
        var usage = scan.Usage.Of(body);
        if (!usage.IsEmpty && OpenAIUsage.TryRead(usage, endpoint, out var read))
            return new ReplyFacts(read with { Tier = scan.Tier ?? read.Tier }, Encoding.UTF8.GetString(usage)) { ContentBytes = scan.ContentBytes };
        // A moderation that says nothing of usage is free, as OpenAI's are.
        return endpoint == InferenceEndpoint.Moderations ? new ReplyFacts(default(TokenUsage)) : new ReplyFacts(null) { ContentBytes = scan.ContentBytes };
    }

    /// <summary>Counting is free.</summary>
    private static Outcome<ReplyFacts> Counted(ReadOnlySpan<byte> body) => MessagesCount.Read(body) is { IsOk: false, Error: var error } ? error : new ReplyFacts(default(TokenUsage));

    private static Outcome<ReplyFacts> Ranked(ReadOnlySpan<byte> body, ProviderEntry provider)
    {
        if (RerankUsage.TryRead(body, out var usage, out var raw)) return new ReplyFacts(usage, raw.IsEmpty ? null : Encoding.UTF8.GetString(raw.Of(body)));
        return new GatewayError(ErrorKind.BadUpstream, $"The answer of provider '{provider.Name}' has no results of a reranking.");
    }
}
