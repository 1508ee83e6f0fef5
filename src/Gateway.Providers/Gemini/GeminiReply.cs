using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>From Gemini's whole answer to an OpenAI chat reply.</summary>
internal static class GeminiReply
{
    /// <summary>The member of a message with the images that a model made, as others have it too: <c>[{"type":"image_url","image_url":{"url":"data:…"}}]</c>.</summary>
    public const string Images = "images";

    public static Outcome<ReplyFacts> Read(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (ReplyJson.Parse(body, GeminiJson.Default.GeminiResponse) is not { } response) return GeminiErrors.Unreadable();
        if (response.Error is not null) return GeminiErrors.InStream(body);
        var choices = Choices(response, context.RequestId);
        if (choices.Count == 0) return GeminiErrors.Unreadable();
        if (choices.Exists(static c => string.IsNullOrEmpty(c.NativeFinishReason))) return GeminiErrors.WithoutReason();
        var usage = new GeminiUsage();
        var raw = response.UsageMetadata?.GetRawText();
        if (raw is not null)
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(raw));
            reader.Read();
            usage.Read(ref reader);
        }

        ReplyJson.Write(reply, OpenAIJson.Default.ChatReply, new ChatReply
        {
            Id = "chatcmpl-" + context.RequestId,
            Created = context.Created.ToUnixTimeSeconds(),
            Model = context.Model,
            Choices = choices,
            Usage = usage.IsKnown ? ChatUsage.From(usage.Tokens) : null,
        });
        return new ReplyFacts(usage.IsKnown ? usage.Tokens : null, raw);
    }

    private static List<ChatChoice> Choices(GeminiResponse response, string requestId)
    {
        var choices = new List<ChatChoice>();
        foreach (var candidate in response.Candidates ?? [])
        {
            if (candidate is null) continue;
            var message = GeminiMessage.Of(candidate, requestId);
            choices.Add(new ChatChoice
            {
                Index = candidate.Index ?? 0,
                Message = message,
                Logprobs = GeminiTokens.Logprobs(candidate.LogprobsResult),
                FinishReason = GeminiFinish.Reason(candidate.FinishReason, message.ToolCalls is not null),
                NativeFinishReason = candidate.FinishReason,
                NativeFinishMessage = candidate.FinishMessage,
            });
        }

        if (choices.Count == 0 && response.PromptFeedback is { BlockReason: { } blocked } feedback)
            choices.Add(new ChatChoice { Index = 0, Message = new ChatReplyMessage { Content = "" }, FinishReason = GeminiFinish.Blocked, NativeFinishReason = blocked, NativeFinishMessage = feedback.BlockReasonMessage });
        return choices;
    }
}
