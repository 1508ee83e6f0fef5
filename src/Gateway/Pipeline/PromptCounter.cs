using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Tokens;
using Gateway.Core.Usage;
using Gateway.Metering;
using Gateway.Providers.Dialects.Messages;
using Gateway.Reply;

namespace Gateway.Pipeline;

/// <summary>
/// Answers <c>/v1/messages/count_tokens</c> for models whose provider cannot: with the model's own vocabulary where it is known. Nobody is asked, nothing is reserved, nothing costs.
/// </summary>
internal sealed class PromptCounter(TokenizerCache tokenizers, TimeProvider time)
{
    public async ValueTask<GatewayError?> AnswerAsync(Call call)
    {
        var target = call.Model!.Targets[0];
        var asked = MessagesCount.ToChat(call.Body.Span, new(call.RequestId, time.GetUtcNow(), call.Fields.Model, target.Model, false) { DropParams = true });
        if (!asked.IsOk) return asked.Error;
        using var body = new PooledWriter(64);
        MessagesCount.Write(body, Count(asked.Value.Body.Span, target.Model));
        await JsonRelay.WriteAsync(call, body);
        return null;
    }

    private long Count(ReadOnlySpan<byte> chat, string model)
    {
        var counted = chat.Length <= UsageMeter.MostCounted ? RequestTokens.Count(chat, InferenceEndpoint.ChatCompletions, model, tokenizers)?.Tokens : null;
        return counted ?? UsageEstimate.Of(chat.Length, 0).Input;
    }
}
