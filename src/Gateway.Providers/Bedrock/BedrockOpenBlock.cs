using System.Buffers;
using System.Text;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Bedrock;

/// <summary>The content block that a stream is in: what has to be put together from its pieces, and what the client gets when it is over.</summary>
/// <param name="mark">What stands before the signatures of the model's thoughts (<see cref="ThoughtBlocks"/>).</param>
internal sealed class BedrockOpenBlock(string mark)
{
    private enum Kind { None, Call, Thought, Foreign }

    private byte[] Mark => Encoding.UTF8.GetBytes(mark);

    private readonly ArrayBufferWriter<byte> _pieces = new(256);
    private readonly ArrayBufferWriter<byte> _head = new(64);
    private byte[] _signature = [];
    private byte[] _redacted = [];
    private Kind _kind;
    private int _call;

    public void OpenCall(int call)
    {
        Reset(Kind.Call);
        _call = call;
    }

    /// <summary>One that OpenAI has nothing like: the client gets how it began and its deltas when it is over.</summary>
    /// <param name="union">How Bedrock calls it.</param>
    public void OpenForeign(ReadOnlySpan<byte> union, ReadOnlySpan<byte> value)
    {
        Reset(Kind.Foreign);
        _head.Write("{\""u8);
        _head.Write(union);
        _head.Write("\":"u8);
        _head.Write(value);
    }

    /// <returns>False where no block of OpenAI's is open that it could belong to.</returns>
    public bool Arguments(ReadOnlySpan<byte> json, ChatChunkWriter chunks, IBufferWriter<byte> output)
    {
        if (_kind != Kind.Call) return false;
        if (json.Length <= 2) return true;
        chunks.ToolArgumentsPiece(output, 0, _call, json);
        _pieces.Write(json[1..^1]);
        return true;
    }

    /// <summary>A piece of a thought. Such a block has no beginning of its own.</summary>
    public void Thought(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> redacted)
    {
        if (_kind != Kind.Thought) Reset(Kind.Thought);
        if (text.Length > 2) _pieces.Write(text[1..^1]);
        if (signature.Length > 2) _signature = signature.ToArray();
        if (redacted.Length > 2) _redacted = redacted.ToArray();
    }

    /// <returns>False where no such block is open.</returns>
    public bool Foreign(ReadOnlySpan<byte> value)
    {
        if (_kind != Kind.Foreign) return false;
        if (_pieces.WrittenCount > 0) _pieces.Write(","u8);
        _pieces.Write(value);
        return true;
    }

    public void Close(ChatChunkWriter chunks, IBufferWriter<byte> output)
    {
        switch (_kind)
        {
            case Kind.Call when _pieces.WrittenCount == 0:
                chunks.ToolArguments(output, 0, _call, "{}");
                break;
            case Kind.Thought:
                CloseThought(chunks, output);
                break;
            case Kind.Foreign:
                chunks.Piece(output, 0, ReplyJson.ProviderBlocksUtf8, [.. "["u8, .. _head.WrittenSpan, .. ",\"deltas\":["u8, .. _pieces.WrittenSpan, .. "]}]"u8]);
                break;
        }

        Reset(Kind.None);
    }

    /// <summary>In the form that Anthropic has it in; one without a signature nobody wants back.</summary>
    private void CloseThought(ChatChunkWriter chunks, IBufferWriter<byte> output)
    {
        if (_signature.Length > 0)
            chunks.Piece(output, 0, "thinking_blocks"u8, [.. "[{\"type\":\"thinking\",\"thinking\":\""u8, .. _pieces.WrittenSpan, .. "\",\"signature\":\""u8, .. Mark, .. _signature.AsSpan(1), .. "}]"u8]);
        if (_redacted.Length > 0)
            chunks.Piece(output, 0, "thinking_blocks"u8, [.. "[{\"type\":\"redacted_thinking\",\"data\":\""u8, .. Mark, .. _redacted.AsSpan(1), .. "}]"u8]);
    }

    private void Reset(Kind kind)
    {
        _kind = kind;
        _pieces.ResetWrittenCount();
        _head.ResetWrittenCount();
        (_signature, _redacted) = ([], []);
    }
}
