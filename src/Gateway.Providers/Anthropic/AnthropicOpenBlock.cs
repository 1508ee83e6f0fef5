using System.Buffers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>The content block that a stream is in: what has to be put together from its pieces, and what the client gets when it is over.</summary>
internal sealed class AnthropicOpenBlock
{
    private enum Kind { None, Own, Call, RedactedThought, Foreign }

    private readonly ArrayBufferWriter<byte> _pieces = new(256);
    private readonly ArrayBufferWriter<byte> _head = new(256);
    private byte[] _signature = [];
    private Kind _kind;
    private int _call;

    /// <summary>The client gets it as it is, and not as words or thoughts.</summary>
    public bool IsForeign => _kind is Kind.Foreign or Kind.RedactedThought;

    /// <param name="input">The whole input at once, as some speakers of this dialect send it; Anthropic begins with an empty object.</param>
    public void OpenCall(int call, ReadOnlySpan<byte> input)
    {
        Reset(Kind.Call);
        _call = call;
        if (!input.SequenceEqual("{}"u8)) _head.Write(input);
    }

    /// <summary>Text or a thought.</summary>
    public void Open(ReadOnlySpan<byte> signature)
    {
        Reset(Kind.Own);
        if (signature.Length > 2) Signature(signature);
    }

    /// <summary>One that the client gets as it is, when it is over; what is no object with members is none.</summary>
    public void OpenForeign(ReadOnlySpan<byte> block, bool isThought)
    {
        Reset(block is not [(byte)'{', .., (byte)'}'] or [_, _] ? Kind.None : isThought ? Kind.RedactedThought : Kind.Foreign);
        _head.Write(block);
    }

    public void Thought(ReadOnlySpan<byte> json) => _pieces.Write(json[1..^1]);

    public void Signature(ReadOnlySpan<byte> json) => _signature = json.ToArray();

    public void Arguments(ReadOnlySpan<byte> json, ChatChunkWriter chunks, IBufferWriter<byte> output)
    {
        if (json.Length <= 2) return;   // the first one is empty
        if (_kind == Kind.Call) chunks.ToolArgumentsPiece(output, 0, _call, json);
        _pieces.Write(json[1..^1]);
    }

    public void Close(ChatChunkWriter chunks, IBufferWriter<byte> output)
    {
        switch (_kind)
        {
            case Kind.Call when _pieces.WrittenCount == 0:
                chunks.ToolArguments(output, 0, _call, System.Text.Encoding.UTF8.GetString(_head.WrittenCount > 0 ? _head.WrittenSpan : "{}"u8));
                break;
            case Kind.Own when _signature.Length > 0:
                chunks.Piece(output, 0, "thinking_blocks"u8, [.. "[{\"type\":\"thinking\",\"thinking\":\""u8, .. _pieces.WrittenSpan, .. "\",\"signature\":"u8, .. _signature, .. "}]"u8]);
                break;
            case Kind.RedactedThought:
                chunks.Piece(output, 0, "thinking_blocks"u8, [.. "["u8, .. _head.WrittenSpan, .. "]"u8]);
                break;
            case Kind.Foreign when _pieces.WrittenCount == 0:
                chunks.Piece(output, 0, ReplyJson.ProviderBlocksUtf8, [.. "["u8, .. _head.WrittenSpan, .. "]"u8]);
                break;
            case Kind.Foreign:
                // Its input came in pieces of a JSON string: shown so, beside the block as it began.
                chunks.Piece(output, 0, ReplyJson.ProviderBlocksUtf8, [.. "["u8, .. _head.WrittenSpan[..^1], .. ",\"input_json\":\""u8, .. _pieces.WrittenSpan, .. "\"}]"u8]);
                break;
        }

        Reset(Kind.None);
    }

    private void Reset(Kind kind)
    {
        _kind = kind;
        _pieces.ResetWrittenCount();
        _head.ResetWrittenCount();
        _signature = [];
    }
}
