using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects;

/// <summary>
/// Pages that stand at the top of a reply (Perplexity, xAI), in a stream at the top of every event. Of them those are told that no annotation has told, once, when all words have come.
/// </summary>
internal sealed class ChatSearchedPages
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private byte[] _results = [], _addresses = [];

    public void Read(ReadOnlySpan<byte> chat, in ChatDelta read)
    {
        Keep(ref _results, chat[read.SearchResults]);
        Keep(ref _addresses, chat[read.Pages]);
    }

    public static ChatSearchedPages Of(JsonElement reply)
    {
        var pages = new ChatSearchedPages();
        Keep(ref pages._results, Bytes(reply, "search_results"));
        Keep(ref pages._addresses, Bytes(reply, "citations"));
        return pages;
    }

    public void Tell(in ChatPage page) => _told.Add(page.Url);

    /// <summary>The results of a search say more than their addresses.</summary>
    public IEnumerable<ChatPage> Rest()
    {
        foreach (var list in (byte[][])[_results, _addresses])
        {
            if (list.Length == 0 || !JsonText.IsText(list)) continue;
            foreach (var page in ChatPage.Of(JsonElement.Parse(list, new JsonDocumentOptions { MaxDepth = 128 })))
            {
                if (_told.Add(page.Url)) yield return page;
            }
        }
    }

    private static ReadOnlySpan<byte> Bytes(JsonElement reply, string name) =>
        ClientFields.Member(reply, name) is { ValueKind: JsonValueKind.Array } list ? JsonMarshal.GetRawUtf8Value(list) : default;

    /// <summary>Most events repeat what the first one said.</summary>
    private static void Keep(ref byte[] kept, ReadOnlySpan<byte> list)
    {
        if (list.Length > 2 && !list.SequenceEqual(kept)) kept = list.ToArray();
    }
}
