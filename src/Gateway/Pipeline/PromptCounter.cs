using Gateway.Admission;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Tokens;
using Gateway.Core.Usage;
using Gateway.Metering;
using Gateway.Providers.Dialects.Messages;
using Gateway.Reply;
using Gateway.Routing;
using Gateway.Telemetry;

namespace Gateway.Pipeline;

/// <summary>
/// Answers <c>/v1/messages/count_tokens</c> for models whose provider cannot: with the model's own vocabulary where it is known. Nobody is asked and nothing costs, but counting takes a processor: limits of requests hold.
/// </summary>
internal sealed class PromptCounter(IAdmission admission, TokenizerCache tokenizers, ITelemetry telemetry, TimeProvider time)
{
    public async ValueTask<GatewayError?> AnswerAsync(Call call)
    {
        var target = call.Model!.Targets[0];
        var admitted = await admission.EnterAsync(new(call.RequestId, 1, call.Key!, call.Endpoint, call.Model, target, 0, 0) { IsLocal = true }, call.Http.RequestAborted);
        if (!admitted.IsAdmitted) return RefusedCall.Tell(call, admitted.Rejection, telemetry);
        call.RateLimits = admitted.Reservation.RateLimits;
        try
        {
            return await CountAsync(call, target);
        }
        finally
        {
            admitted.Reservation.Settle(NanoUsd.Zero, default);
        }
    }

    private async ValueTask<GatewayError?> CountAsync(Call call, Target target)
    {
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
