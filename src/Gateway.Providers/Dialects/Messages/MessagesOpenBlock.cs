using System.Buffers;

namespace Gateway.Providers.Dialects.Messages;

internal enum MessagesBlockKind { Text, Thinking, Call, Whole }

/// <summary>A content block of a stream that is not over, or has not begun because another is not over: its pieces wait here until then.</summary>
internal sealed class MessagesOpenBlock(MessagesBlockKind kind)
{
    public static readonly byte[] TextHead = [.. "{\"type\":\"text\",\"text\":\"\"}"u8];

    public static readonly byte[] ThinkingHead = [.. "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"u8];

    private ArrayBufferWriter<byte>? _waiting;
    private List<byte[]>? _waitingCitations;
    private byte[] _waitingSignature = [];
    private JsonEnd _end;
    private int _index = -1;

    public MessagesBlockKind Kind => kind;

    /// <summary>JSON of the block as it begins; empty where a call has not got its name yet.</summary>
    public byte[] Head { get; set; } = kind switch { MessagesBlockKind.Text => TextHead, MessagesBlockKind.Thinking => ThinkingHead, _ => [] };

    /// <summary>It has had a piece.</summary>
    public bool HasPieces { get; private set; }

    /// <summary>A thought that was signed: what comes after is another.</summary>
    public bool IsSealed { get; private set; }

    public bool IsOpen => _index >= 0;

    /// <summary>Whether another block may follow. More arguments of a call may come after the beginning of the next call, until they are whole.</summary>
    public bool MayEnd => kind != MessagesBlockKind.Call || (_end.IsWhole && Head.Length > 0);

    private ReadOnlySpan<byte> Delta => kind switch
    {
        MessagesBlockKind.Text => "text_delta\",\"text"u8,
        MessagesBlockKind.Thinking => "thinking_delta\",\"thinking"u8,
        _ => "input_json_delta\",\"partial_json"u8,
    };

    public void Open(MessagesEvents events, IBufferWriter<byte> output, int index)
    {
        _index = index;
        events.BlockStart(output, index, Head);
        if (_waiting is { WrittenCount: > 0 } waiting) events.Delta(output, index, Delta, waiting.WrittenSpan);
        foreach (var citation in _waitingCitations ?? []) events.Citation(output, index, citation);
        if (_waitingSignature.Length > 0) events.Delta(output, index, "signature_delta\",\"signature"u8, _waitingSignature);
    }

    /// <param name="inside">The inside of a JSON string.</param>
    public void Piece(MessagesEvents events, IBufferWriter<byte> output, ReadOnlySpan<byte> inside)
    {
        HasPieces = true;
        if (kind == MessagesBlockKind.Call) _end.Add(inside);
        if (IsOpen) events.Delta(output, _index, Delta, inside);
        else (_waiting ??= new(256)).Write(inside);
    }

    public void Citation(MessagesEvents events, IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        if (IsOpen) events.Citation(output, _index, json);
        else (_waitingCitations ??= []).Add(json.ToArray());
    }

    public void Sign(MessagesEvents events, IBufferWriter<byte> output, ReadOnlySpan<byte> inside)
    {
        IsSealed = true;
        if (IsOpen) events.Delta(output, _index, "signature_delta\",\"signature"u8, inside);
        else _waitingSignature = inside.ToArray();
    }

    public void Close(MessagesEvents events, IBufferWriter<byte> output) => events.BlockStop(output, _index);
}
