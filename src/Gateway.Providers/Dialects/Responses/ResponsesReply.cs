using System.Buffers;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>From a whole chat reply to a response.</summary>
internal static class ResponsesReply
{
    public static GatewayError? Write(ReadOnlySpan<byte> chat, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (!ChatDelta.TryRead(chat, out var message) || !message.HasChoice) return new GatewayError(ErrorKind.BadUpstream, "The provider sent an answer that cannot be read.");
        var memory = context.Memory as ResponsesMemory ?? ResponsesMemory.None;
        var answer = new ResponsesAnswer(context, memory, null);
        var end = new ResponsesEnd();
        end.Read(chat, message);
        answer.Think(chat[message.Reasoning]);
        answer.ThinkingBlocks(chat[message.ThinkingBlocks]);
        answer.Remember(chat[message.ExtraContent], chat[message.ProviderBlocks], chat[message.ReasoningDetails]);
        answer.Say(chat[message.Content], chat[message.Logprobs]);
        if (memory.SendsItems) answer.Say(chat[message.ToolPlan], default);
        answer.Annotate(chat[message.Annotations]);
        answer.Annotate(chat[message.Citations]);
        answer.Search(chat, message);
        answer.Refuse(chat[message.Refusal]);
        answer.Show(chat[message.Images]);
        answer.Call(chat[message.ToolCalls]);
        answer.Close(isCut: end.CutBy is not null);
        using (var json = new Utf8JsonWriter(reply, ResponsesObject.Options)) ResponsesObject.Write(json, context, memory, answer.Items, end);
        answer.Return();
        return null;
    }
}
