using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Messages;

/// <summary>What comes in a chat stream once for a block and not for a token: signed thoughts, blocks of the provider's own, sources, what the provider wants back.</summary>
internal sealed class MessagesStreamBlocks(MessagesBlockQueue queue, MessagesEvents events, ChatSearchedPages searched, string targetModel)
{
    private readonly ChatReasoningDetails _details = new();

    /// <summary>Thoughts with their signatures, at the end of each. Their words were sent as they came; where they were not, they are in here.</summary>
    /// <param name="wordsBeside">The same event has words of thoughts.</param>
    public void Thoughts(ReadOnlySpan<byte> blocks, bool wordsBeside, IBufferWriter<byte> output)
    {
        foreach (var block in Items(blocks))
        {
            if (JsonFields.Text(block, "type") != "thinking")
            {
                if (block.ValueKind == JsonValueKind.Object) queue.AddWhole(Bytes(block), output);
                continue;
            }

            var (thinking, signature) = (Inside(block, "thinking"), Inside(block, "signature"));
            if (thinking.Length == 0 && signature.Length == 0) continue;
            var open = queue.Current(MessagesBlockKind.Thinking, output);
            var isPiece = signature.Length == 0 && !wordsBeside;   // as some proxies send them
            if (thinking.Length > 0 && (isPiece || !open.HasPieces)) open.Piece(events, output, thinking);
            if (signature.Length > 0) open.Sign(events, output, signature);
        }
    }

    /// <summary>Anthropic's own blocks have a type; another provider's are shown in a block of ours.</summary>
    public void Provider(ReadOnlySpan<byte> blocks, IBufferWriter<byte> output)
    {
        foreach (var block in Items(blocks))
        {
            if (JsonFields.Text(block, "type") is null) queue.AddBehind(MessagesMemory.ShownBlock(Bytes(block), targetModel));
            else queue.AddWhole(WithInput(block), output);
        }
    }

    public void Citations(ReadOnlySpan<byte> citations, IBufferWriter<byte> output)
    {
        if (!JsonText.IsText(citations)) return;
        foreach (var citation in MessagesCitations.Of(Parsed(citations), searched)) Cite(citation, output);
    }

    /// <summary>Pages of the whole answer, when its words have come.</summary>
    public void Searched(IBufferWriter<byte> output)
    {
        if (!queue.EndsInText) return;
        foreach (var page in searched.Rest()) Cite(MessagesCitations.OfPage(page), output);
    }

    public void Images(ReadOnlySpan<byte> images, IBufferWriter<byte> output)
    {
        foreach (var block in Items(images).SelectMany(i => MessagesImages.Blocks(i, targetModel))) queue.AddWhole(block, output);
    }

    /// <summary>Pieces of thoughts as OpenRouter has them, for the provider alone: their words come beside them.</summary>
    public void Details(ReadOnlySpan<byte> pieces) => _details.Add(pieces);

    /// <summary>Something else begins, or all is over.</summary>
    public void EndDetails()
    {
        if (!_details.IsEmpty) queue.AddBehind(MessagesMemory.Block(MessagesMemory.OfMember(ChatReasoningDetails.MemberUtf8, [.. "["u8, .. _details.Take(), .. "]"u8], targetModel)));
    }

    public void Extra(ReadOnlySpan<byte> extra) => queue.AddBehind(MessagesMemory.Block(MessagesMemory.OfMember("extra_content"u8, extra, targetModel)));

    /// <summary>What is cited after a call has begun has no words to stand with.</summary>
    private void Cite(ReadOnlySpan<byte> citation, IBufferWriter<byte> output)
    {
        if (!queue.EndsInCall) queue.Current(MessagesBlockKind.Text, output).Citation(events, output, citation);
    }

    /// <summary>The input of a tool that Anthropic ran came in pieces, and stands beside the block as text.</summary>
    private static byte[] WithInput(JsonElement block)
    {
        if (JsonFields.Text(block, "input_json") is not { } input || !RequestJson.IsObject(input)) return Bytes(block);
        return RequestJson.Write((block, input), 512, static (json, state) =>
        {
            foreach (var member in state.block.EnumerateObject())
            {
                if (member.Name is not ("input" or "input_json")) member.WriteTo(json);
            }

            json.WritePropertyName("input"u8);
            json.WriteRawValue(state.input, skipInputValidation: true);
        }).ToArray();
    }

    private static IEnumerable<JsonElement> Items(ReadOnlySpan<byte> array) => JsonText.IsText(array) ? MessagesCitations.Items(Parsed(array)) : [];

    private static JsonElement Parsed(ReadOnlySpan<byte> json) => JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = 128 });

    private static byte[] Inside(JsonElement of, string name) =>
        ClientFields.Member(of, name) is { ValueKind: JsonValueKind.String } text ? Encoding.UTF8.GetBytes(text.GetRawText()[1..^1]) : [];

    private static byte[] Bytes(JsonElement json) => Encoding.UTF8.GetBytes(json.GetRawText());
}
