using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>Calls of tools in a chat stream: whole in one event or in pieces, one after the other or in turns.</summary>
internal sealed class MessagesStreamCalls(MessagesBlockQueue queue, MessagesEvents events, string requestId, string targetModel, MessagesNames names)
{
    private readonly List<Call> _calls = [];

    public int Count => _calls.Count;

    /// <param name="calls">The array of pieces.</param>
    public void Read(ReadOnlySpan<byte> calls, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(calls, new JsonReaderOptions { MaxDepth = 128 });
        reader.Read();
        while (ChatCallPiece.TryRead(ref reader, calls, out var piece)) Piece(calls, piece, output);
    }

    private void Piece(ReadOnlySpan<byte> calls, in ChatCallPiece piece, IBufferWriter<byte> output)
    {
        var call = Find(calls, piece) ?? Open(calls, piece, output);
        var extra = calls[piece.ExtraContent];
        if (!extra.IsEmpty && !call.IsRemembered) Remember(call, extra, output);
        if (call.Block.Head.Length == 0 && calls[piece.Name] is { Length: > 2 } name) Name(call, name, output);
        if (!queue.Holds(call.Block)) return;   // more after its end, which nobody could read
        if (calls[piece.Arguments] is { Length: > 2 } arguments) call.Block.Piece(events, output, arguments[1..^1]);
        else if (calls[piece.ArgumentsObject] is { IsEmpty: false } whole) call.Block.Piece(events, output, JsonEncodedText.Encode(whole).EncodedUtf8Bytes);
        else return;
        queue.Advance(output);
    }

    /// <summary>By its number; without one it is the last call, unless the id is another's. Some servers give all calls the same number.</summary>
    private Call? Find(ReadOnlySpan<byte> calls, in ChatCallPiece piece)
    {
        var id = calls[piece.Id];
        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            var call = _calls[i];
            if (piece.Index is { } index && call.Index != index) continue;
            return id.Length <= 2 || !call.HasOwnId || id.SequenceEqual(call.Id) ? call : null;
        }

        return null;
    }

    private Call Open(ReadOnlySpan<byte> calls, in ChatCallPiece piece, IBufferWriter<byte> output)
    {
        var own = calls[piece.Id] is { Length: > 2 } given ? given : default;
        byte[] id = own.IsEmpty ? Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(MessagesIds.OfCall(requestId, _calls.Count))}\"") : own.ToArray();
        var extra = calls[piece.ExtraContent];
        if (!extra.IsEmpty) WriteMemory(id, extra, output);
        var call = new Call(piece.Index ?? _calls.Count, id, !own.IsEmpty, queue.Add(MessagesBlockKind.Call, output)) { IsRemembered = !extra.IsEmpty };
        _calls.Add(call);
        return call;
    }

    private void Name(Call call, ReadOnlySpan<byte> name, IBufferWriter<byte> output)
    {
        if (!names.IsEmpty) name = Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(names.Original(JsonText.Decode(name)))}\"");
        call.Block.Head = [.. "{\"type\":\"tool_use\",\"id\":"u8, .. call.Id, .. ",\"name\":"u8, .. name, .. ",\"input\":{}}"u8];
        queue.Advance(output);
    }

    /// <summary>Calls that never got a name.</summary>
    public void NameRest(IBufferWriter<byte> output)
    {
        foreach (var call in _calls)
        {
            if (call.Block.Head.Length == 0) Name(call, "\"\""u8, output);
        }
    }

    private void Remember(Call call, ReadOnlySpan<byte> extra, IBufferWriter<byte> output)
    {
        call.IsRemembered = true;
        WriteMemory(call.Id, extra, output);
    }

    private void WriteMemory(ReadOnlySpan<byte> id, ReadOnlySpan<byte> extra, IBufferWriter<byte> output) =>
        queue.AddWhole(MessagesMemory.Block(MessagesMemory.OfCall(id, extra, targetModel)), output);

    /// <param name="Id">A JSON string.</param>
    private sealed record Call(int Index, byte[] Id, bool HasOwnId, MessagesOpenBlock Block)
    {
        public bool IsRemembered { get; set; }
    }
}
