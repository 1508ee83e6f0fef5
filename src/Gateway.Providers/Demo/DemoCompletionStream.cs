using System.Buffers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Demo;

/// <summary>From the demo's lines to the chunks of a text completion.</summary>
/// <param name="shell">A chunk without its choices.</param>
internal sealed class DemoCompletionStream(CompletionReply shell, bool includeUsage) : DemoStream
{
    protected override bool Write(DemoEvent line, IBufferWriter<byte> events)
    {
        if (line.Kind is not (DemoKind.Text or DemoKind.Stop)) return false;
        WriteChunk(events, shell with
        {
            Choices =
            [
                new CompletionChoice
                {
                    Index = line.Answer,
                    Text = line.Text ?? "",
                    FinishReason = line.Kind == DemoKind.Stop ? DemoReply.FinishReason(line.Reason) : null,
                },
            ],
        });
        return true;
    }

    protected override void WriteUsage(in TokenUsage usage, IBufferWriter<byte> events)
    {
        if (includeUsage) WriteChunk(events, shell with { Usage = ChatUsage.From(usage) });
    }

    private static void WriteChunk(IBufferWriter<byte> events, CompletionReply chunk)
    {
        events.Write("data: "u8);
        ReplyJson.Write(events, OpenAIJson.Default.CompletionReply, chunk);
        events.Write("\n\n"u8);
    }
}
