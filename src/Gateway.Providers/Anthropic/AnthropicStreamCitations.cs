using System.Buffers;
using System.Runtime.InteropServices;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Anthropic;

/// <summary>
/// Citations of a stream's text, the same as in a whole answer. Those of web pages wait for the end of their block: they come before its words, and OpenAI's annotations say where those begin and end.
/// </summary>
internal sealed class AnthropicStreamCitations
{
    private List<AnthropicCitation>? _waiting;
    private int _said, _start;

    /// <param name="json">A JSON string.</param>
    public void Said(ReadOnlySpan<byte> json) => _said += JsonText.Length(json);

    public void Add(ReadOnlySpan<byte> citation, ChatChunkWriter chunks, IBufferWriter<byte> output)
    {
        if (ReplyJson.Parse(citation, AnthropicJson.Default.AnthropicCitation) is { Url: not null } page) (_waiting ??= []).Add(page);
        else chunks.Piece(output, 0, "citations"u8, [.. "["u8, .. citation, .. "]"u8]);
    }

    /// <summary>The block is over.</summary>
    public void Close(ChatChunkWriter chunks, IBufferWriter<byte> output)
    {
        if (_waiting is { Count: > 0 })
        {
            var pages = new AnthropicCitations();
            pages.Add(_waiting, _start, _said);
            chunks.Piece(output, 0, "annotations"u8, JsonMarshal.GetRawUtf8Value(pages.Pages!.Value));
            _waiting.Clear();
        }

        _start = _said;
    }
}
