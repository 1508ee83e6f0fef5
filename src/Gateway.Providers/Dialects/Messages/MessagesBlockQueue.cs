using System.Buffers;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>
/// Content blocks in their order. In this dialect one ends before the next begins; in a chat stream, pieces of parallel calls may come in turns. The first block goes to the client as it comes,
/// those behind it wait until it is over.
/// </summary>
internal sealed class MessagesBlockQueue(MessagesEvents events)
{
    private readonly List<MessagesOpenBlock> _blocks = [];
    private readonly List<byte[]> _behind = [];
    private int _index;

    public bool EndsInText => _blocks.Count > 0 && _blocks[^1].Kind == MessagesBlockKind.Text;

    public bool EndsInCall => _blocks.Count > 0 && _blocks[^1].Kind == MessagesBlockKind.Call;

    /// <summary>The block that pieces of this kind belong to now.</summary>
    public MessagesOpenBlock Current(MessagesBlockKind kind, IBufferWriter<byte> output) =>
        _blocks.Count > 0 && _blocks[^1] is var last && last.Kind == kind && !last.IsSealed ? last : Add(kind, output);

    public MessagesOpenBlock Add(MessagesBlockKind kind, IBufferWriter<byte> output)
    {
        PutBehind();
        var block = new MessagesOpenBlock(kind);
        _blocks.Add(block);
        Advance(output);
        return block;
    }

    /// <summary>A block that is complete.</summary>
    public void AddWhole(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        PutBehind();
        _blocks.Add(new MessagesOpenBlock(MessagesBlockKind.Whole) { Head = json.ToArray() });
        Advance(output);
    }

    /// <summary>A block that nobody looks at. It stands behind the one that is open, which does not end for it: more words may come, or what they rest on.</summary>
    public void AddBehind(byte[] json) => _behind.Add(json);

    public bool Holds(MessagesOpenBlock block) => _blocks.Contains(block);

    /// <summary>Ends what may end and begins what may begin.</summary>
    public void Advance(IBufferWriter<byte> output)
    {
        while (_blocks.Count > 0)
        {
            var first = _blocks[0];
            if (!first.IsOpen)
            {
                if (first.Head.Length == 0) return;
                first.Open(events, output, _index++);
            }

            if (_blocks.Count == 1 || !first.MayEnd) return;
            first.Close(events, output);
            _blocks.RemoveAt(0);
        }
    }

    /// <summary>Nothing more will come.</summary>
    public void Flush(IBufferWriter<byte> output)
    {
        PutBehind();
        foreach (var block in _blocks)
        {
            if (!block.IsOpen) block.Open(events, output, _index++);
            block.Close(events, output);
        }

        _blocks.Clear();
    }

    private void PutBehind()
    {
        foreach (var json in _behind) _blocks.Add(new MessagesOpenBlock(MessagesBlockKind.Whole) { Head = json });
        _behind.Clear();
    }
}
