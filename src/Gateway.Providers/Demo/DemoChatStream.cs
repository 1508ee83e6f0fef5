using System.Buffers;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Demo;

/// <summary>From the demo's lines to the chunks of a chat completion.</summary>
internal sealed class DemoChatStream(in TranslationContext context) : DemoStream
{
    private readonly ChatChunkWriter _chunks = new(context);
    private readonly HashSet<int> _opened = [];
    private readonly bool _includeUsage = context.IncludeUsage;

    protected override bool Write(DemoEvent line, IBufferWriter<byte> events)
    {
        switch (line.Kind)
        {
            case DemoKind.Thought:
                Open(line.Answer, withText: true, events);
                _chunks.Reasoning(events, line.Answer, line.Text);
                return true;
            case DemoKind.Text:
                Open(line.Answer, withText: true, events);
                _chunks.Content(events, line.Answer, line.Text);
                return true;
            case DemoKind.Refusal:
                Open(line.Answer, withText: false, events);
                _chunks.Refusal(events, line.Answer, line.Text);
                return true;
            case DemoKind.Tool:
                Open(line.Answer, withText: false, events);
                _chunks.ToolCall(events, line.Answer, line.Call, line.Id ?? "", line.Name ?? "");
                return true;
            case DemoKind.Arguments:
                _chunks.ToolArguments(events, line.Answer, line.Call, line.Text);
                return true;
            case DemoKind.Stop:
                Open(line.Answer, withText: true, events);
                _chunks.Finish(events, line.Answer, DemoReply.FinishReason(line.Reason));
                return true;
            default:
                return false;
        }
    }

    protected override void WriteUsage(in TokenUsage usage, IBufferWriter<byte> events)
    {
        if (_includeUsage) _chunks.Usage(events, usage);
    }

    /// <summary>OpenAI's first chunk of a choice says who speaks.</summary>
    private void Open(int choice, bool withText, IBufferWriter<byte> events)
    {
        if (_opened.Add(choice)) _chunks.Role(events, choice, withText);
    }
}
