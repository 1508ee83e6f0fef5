using System.Buffers;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Demo;

/// <summary>From the demo's complete answer to an OpenAI chat reply.</summary>
internal static class DemoReply
{
    public static Outcome<ReplyFacts> Read(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (ReplyJson.Parse(body, DemoJson.Default.DemoAnswers) is not { Answers: { Count: > 0 } answers } answer) return DemoErrors.Unreadable("an answer that cannot be read");
        var usage = DemoUsage.Read(answer.Usage);
        ReplyJson.Write(reply, OpenAIJson.Default.ChatReply, new ChatReply
        {
            Id = "chatcmpl-" + context.RequestId,
            Created = context.Created.ToUnixTimeSeconds(),
            Model = context.Model,
            Choices = [.. answers.Select(Choice)],
            Usage = usage is { } known ? ChatUsage.From(known) : null,
        });
        return new ReplyFacts(usage, answer.Usage?.GetRawText());
    }

    /// <summary>OpenAI's word for the reason an answer ended.</summary>
    public static string FinishReason(string? reason) => reason switch
    {
        DemoReason.Limit => "length",
        DemoReason.Calls => "tool_calls",
        _ => "stop",
    };

    private static ChatChoice Choice(DemoAnswer answer, int index) => new()
    {
        Index = index,
        FinishReason = FinishReason(answer.Reason),
        Message = new ChatReplyMessage
        {
            Content = answer.Text,
            ReasoningContent = answer.Thoughts,
            Refusal = answer.Refusal,
            ToolCalls = answer.Calls is { Count: > 0 } calls ? [.. calls.Select(Call)] : null,
        },
    };

    private static ChatToolCall Call(DemoCall call) =>
        new() { Id = call.Id, Type = "function", Function = new ChatFunctionCall { Name = call.Name, Arguments = call.Arguments } };
}
