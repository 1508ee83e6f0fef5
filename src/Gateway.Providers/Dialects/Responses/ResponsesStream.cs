using System.Buffers;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>From a chat stream to the dialect's. Words are copied from event to event as they are escaped, and gathered for the events that repeat them whole.</summary>
internal sealed class ResponsesStream : IDialectWriter
{
    private readonly ResponsesEvents _events;
    private readonly ResponsesAnswer _answer;
    private readonly ResponsesEnd _end = new();
    private readonly bool _sendsItems;

    public ResponsesStream(in TranslationContext context)
    {
        var memory = context.Memory as ResponsesMemory ?? ResponsesMemory.None;
        _sendsItems = memory.SendsItems;
        _events = new ResponsesEvents(context, memory);
        _answer = new ResponsesAnswer(context, memory, _events);
    }

    public long Events => _events.Count;

    public void Read(ReadOnlySpan<byte> chunk, IBufferWriter<byte> events)
    {
        if (!ChatDelta.TryRead(chunk, out var delta)) return;
        _events.Begin(events);
        _end.Read(chunk, delta);
        _answer.Search(chunk, delta);
        if (!delta.HasChoice) return;
        _answer.Think(chunk[delta.Reasoning]);
        _answer.ThinkingBlocks(chunk[delta.ThinkingBlocks]);
        _answer.Remember(default, default, chunk[delta.ReasoningDetails]);
        _answer.Say(chunk[delta.Content], chunk[delta.Logprobs]);
        if (_sendsItems) _answer.Say(chunk[delta.ToolPlan], default);
        _answer.Annotate(chunk[delta.Annotations]);
        _answer.Annotate(chunk[delta.Citations]);
        _answer.Refuse(chunk[delta.Refusal]);
        _answer.Show(chunk[delta.Images]);
        _answer.Call(chunk[delta.ToolCalls]);
        _answer.Remember(chunk[delta.ExtraContent], chunk[delta.ProviderBlocks], default);
    }

    public void Finish(IBufferWriter<byte> events)
    {
        _events.Begin(events);
        _answer.Close(isCut: _end.CutBy is not null);
        _events.End(_answer.Items, _end);
        _answer.Return();
    }
}
