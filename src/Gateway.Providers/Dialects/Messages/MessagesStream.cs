using System.Buffers;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>From a chat stream to a stream of a message. Text, thoughts and arguments are copied from event to event as they are escaped.</summary>
internal sealed class MessagesStream : IDialectWriter
{
    private readonly MessagesEvents _events = new();
    private readonly MessagesBlockQueue _queue;
    private readonly MessagesStreamCalls _calls;
    private readonly MessagesStreamBlocks _blocks;
    private readonly ChatSearchedPages _searched = new();
    private readonly MessagesRemembered _asked;
    private readonly string _requestId, _model;
    private MessagesFinishWords _finish;
    private string? _cost;
    private TokenUsage _usage;
    private bool _begun, _refused;

    public MessagesStream(in TranslationContext context)
    {
        (_requestId, _model) = (context.RequestId, context.Model);
        _asked = context.Memory as MessagesRemembered ?? MessagesRemembered.Nothing;
        _queue = new MessagesBlockQueue(_events);
        _calls = new MessagesStreamCalls(_queue, _events, context.RequestId, context.TargetModel, _asked.Names);
        _blocks = new MessagesStreamBlocks(_queue, _events, _searched, context.TargetModel);
    }

    public long Events => _events.Count;

    public void Read(ReadOnlySpan<byte> chunk, IBufferWriter<byte> events)
    {
        Begin(events);
        if (!ChatDelta.TryRead(chunk, out var read)) return;
        _searched.Read(chunk, read);
        Piece(MessagesBlockKind.Thinking, chunk[read.Reasoning], events);
        if (chunk[read.ThinkingBlocks] is { IsEmpty: false } thoughts) _blocks.Thoughts(thoughts, chunk[read.Reasoning].Length > 2, events);
        if (chunk[read.ProviderBlocks] is { IsEmpty: false } blocks) _blocks.Provider(blocks, events);
        if (chunk[read.ReasoningDetails] is { IsEmpty: false } details) _blocks.Details(details);
        if (chunk[read.Content].Length > 2 || !chunk[read.ToolCalls].IsEmpty) _blocks.EndDetails();
        Piece(MessagesBlockKind.Text, chunk[read.Content], events);
        Piece(MessagesBlockKind.Text, chunk[read.ToolPlan], events);
        if (chunk[read.Refusal] is { Length: > 2 } refusal)
        {
            _refused = true;
            Piece(MessagesBlockKind.Text, refusal, events);
        }

        if (chunk[read.Citations] is { IsEmpty: false } citations) _blocks.Citations(citations, events);
        if (chunk[read.Annotations] is { IsEmpty: false } annotations) _blocks.Citations(annotations, events);
        if (chunk[read.ExtraContent] is { IsEmpty: false } extra) _blocks.Extra(extra);
        var images = chunk[read.Images];
        var calls = chunk[read.ToolCalls];
        if (!images.IsEmpty || !calls.IsEmpty) _blocks.Searched(events);   // the words are over
        if (!images.IsEmpty) _blocks.Images(images, events);
        if (!calls.IsEmpty) _calls.Read(calls, events);
        if (chunk[read.FinishReason].Length > 2) End(chunk, read, events);
        if (chunk[read.Usage] is { IsEmpty: false } usage && OpenAIUsage.TryRead(usage, InferenceEndpoint.ChatCompletions, out var tokens)) (_usage, _cost) = (tokens, ChatCost.Read(usage));
    }

    public void Finish(IBufferWriter<byte> events)
    {
        Begin(events);
        _blocks.Searched(events);
        EndBlocks(events);
        _events.MessageEnd(events, MessagesFinish.Of(_finish, _calls.Count > 0, _refused, _asked.Stops), _usage, _cost);
    }

    private void Begin(IBufferWriter<byte> output)
    {
        if (_begun) return;
        _begun = true;
        _events.MessageStart(output, _requestId, _model);
    }

    /// <summary>Pages may still be told of words, by some after the reason to finish; of all else nothing comes.</summary>
    private void End(ReadOnlySpan<byte> chunk, in ChatDelta read, IBufferWriter<byte> output)
    {
        _finish = new(JsonText.Decode(chunk[read.FinishReason]), Word(chunk[read.NativeFinishReason]), Word(chunk[read.NativeStopSequence]), Word(chunk[read.MatchedStop]), Word(chunk[read.NativeFinishMessage]));
        if (!_queue.EndsInText) EndBlocks(output);

        static string? Word(ReadOnlySpan<byte> json) => json.IsEmpty ? null : JsonText.Decode(json);
    }

    private void EndBlocks(IBufferWriter<byte> output)
    {
        _calls.NameRest(output);
        _blocks.EndDetails();
        _queue.Flush(output);
    }

    /// <param name="json">A JSON string with its quotes.</param>
    private void Piece(MessagesBlockKind kind, ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        if (json.Length > 2) _queue.Current(kind, output).Piece(_events, output, json[1..^1]);
    }
}
