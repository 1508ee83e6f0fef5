using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>From Converse's whole answer to an OpenAI chat reply.</summary>
internal static class BedrockReply
{
    /// <summary>Of a guardrail or a router: Bedrock's own name of it, at the top of a reply.</summary>
    public const string Trace = "trace";

    /// <summary>Bedrock's own name of them.</summary>
    public const string ModelFields = "additionalModelResponseFields";

    public static Outcome<ReplyFacts> Read(ReadOnlySpan<byte> body, in TranslationContext context, IBufferWriter<byte> reply)
    {
        if (ReplyJson.Parse(body, BedrockJson.Default.BedrockAnswer) is not { Output: not null } answer) return BedrockErrors.Unreadable();
        var usage = new BedrockUsage { Tier = BedrockUsage.TierOf(answer.ServiceTier?.Type) };
        var raw = answer.Usage?.GetRawText();
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
            Choices =
            [
                new ChatChoice
                {
                    Index = 0,
                    Message = BedrockAnswerMessage.Of(answer.Output.Message?.Content ?? [], BedrockFamily.Of(context.TargetModel)),
                    FinishReason = BedrockFinish.Reason(answer.StopReason),
                    NativeFinishReason = answer.StopReason,
                    NativeStopSequence = BedrockFinish.StopSequence(answer.AdditionalModelResponseFields ?? default),
                },
            ],
            Usage = usage.IsKnown ? ChatUsage.From(usage.Tokens) : null,
            Rest = Rest(answer),
        });
        return new ReplyFacts(usage.IsKnown ? usage.Tokens : null, raw);
    }

    private static Dictionary<string, JsonElement>? Rest(BedrockAnswer answer)
    {
        var rest = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (answer.Trace is { } trace) rest[Trace] = trace;
        if (answer.AdditionalModelResponseFields is { } fields) rest[ModelFields] = fields;
        return rest.Count > 0 ? rest : null;
    }
}
