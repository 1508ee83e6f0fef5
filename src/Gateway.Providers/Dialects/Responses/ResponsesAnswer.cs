using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Gateway.Core.Providers;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>
/// The output of one answer as it comes from chat, piece by piece or whole: which item a piece belongs to, where one ends and the next begins. With <paramref name="events"/> each step is told to
/// the client.
/// </summary>
internal sealed class ResponsesAnswer(in TranslationContext context, ResponsesMemory memory, ResponsesEvents? events)
{
    private readonly string _requestId = context.RequestId;
    private readonly string _model = context.TargetModel;
    private readonly List<ResponsesItem> _items = [];
    private readonly Dictionary<int, ResponsesItem> _calls = [];
    private readonly ChatSearchedPages _searched = new();
    private readonly List<ChatPage> _early = [];
    private ResponsesItem? _reasoning, _message, _late;

    public IReadOnlyList<ResponsesItem> Items => _items;

    /// <param name="text">A JSON string with its quotes and escapes, as all texts here.</param>
    public void Think(ReadOnlySpan<byte> text)
    {
        if (text.Length <= 2) return;
        var item = Reasoning();
        if (item.Text.IsEmpty) events?.SummaryAdded(item);
        item.Text.Add(text);
        events?.Delta(item, text);
    }

    /// <param name="blocks">A JSON array.</param>
    public void ThinkingBlocks(ReadOnlySpan<byte> blocks)
    {
        if (Elements(blocks) is { IsEmpty: false } elements) Reasoning().Thinking.AddItem(elements);
    }

    /// <summary>What the provider wants back with the message. It may come after the words: then an item at the end keeps it.</summary>
    /// <param name="extra">A JSON object.</param>
    /// <param name="blocks">A JSON array.</param>
    /// <param name="details">A JSON array.</param>
    public void Remember(ReadOnlySpan<byte> extra, ReadOnlySpan<byte> blocks, ReadOnlySpan<byte> details)
    {
        var elements = Elements(blocks);
        if (extra.Length <= 2 && elements.IsEmpty && details.Length <= 2) return;
        var item = _reasoning ?? (_items.Count == 0 ? Reasoning() : _late ??= new ResponsesItem(ResponsesItemKind.Reasoning, -1, _requestId));
        if (extra.Length > 2) item.Extra = extra.ToArray();
        if (!elements.IsEmpty) item.Blocks.AddItem(elements);
        item.Details.Add(details);
    }

    public void Say(ReadOnlySpan<byte> text, ReadOnlySpan<byte> logprobs)
    {
        if (text.Length <= 2) return;
        var item = Message(refuses: false);
        item.Text.Add(text);
        var tokens = Elements(logprobs);
        if (!tokens.IsEmpty) item.Logprobs.AddItem(tokens);
        events?.Delta(item, text, tokens);
    }

    public void Refuse(ReadOnlySpan<byte> text)
    {
        if (text.Length <= 2) return;
        var item = Message(refuses: true);
        item.Text.Add(text);
        events?.Delta(item, text);
    }

    /// <param name="pages">Annotations or citations, a JSON array as chat has them. Where they come before the words, they wait for those; after a call has begun they have none to stand with.</param>
    public void Annotate(ReadOnlySpan<byte> pages)
    {
        foreach (var page in ResponsesAnnotations.Of(pages))
        {
            _searched.Tell(page);
            if (_message is { IsRefusal: false } item) Annotate(item, page);
            else if (_calls.Count == 0) _early.Add(page);
        }
    }

    /// <summary>The pages of the whole answer.</summary>
    public void Search(ReadOnlySpan<byte> chat, in ChatDelta read) => _searched.Read(chat, read);

    /// <param name="images">A JSON array.</param>
    public void Show(ReadOnlySpan<byte> images)
    {
        foreach (var image in ResponsesImages.Of(images))
        {
            CloseBefore();
            var id = $"\"{ResponsesItem.IdOf(ResponsesItemKind.Image, _requestId, _items.Count + (image.Extra.Length > 0 ? 1 : 0))}\"";
            if (image.Extra.Length > 0) RememberCall(Encoding.UTF8.GetBytes(id), image.Extra);
            var item = Add(ResponsesItemKind.Image);
            (item.Name, item.Text) = (image.Format, default);
            item.Text.Add(image.Data);
            events?.ItemAdded(item);
            Close(item);
        }
    }

    /// <param name="calls">A JSON array of calls, or of pieces of calls.</param>
    public void Call(ReadOnlySpan<byte> calls)
    {
        if (calls.IsEmpty) return;
        var reader = new Utf8JsonReader(calls, Core.Wire.OpenAI.JsonCursor.Options);
        reader.Read();
        for (var place = 0; ChatCallPiece.TryRead(ref reader, calls, out var piece); place++) Call(calls, piece, place);
    }

    /// <param name="isCut">The answer ended before the model was through.</param>
    public void Close(bool isCut)
    {
        AnnotateRest();
        if (isCut && _items.Count > 0) _items[^1].IsCut = !_items[^1].IsDone;
        foreach (var item in _items.ToArray()) Close(item);
        if (_late is null) return;
        var kept = Add(ResponsesItemKind.Reasoning);
        (kept.Extra, kept.Blocks, kept.Details) = (_late.Extra, _late.Blocks, _late.Details);
        kept.EncryptAsId(_model);
        events?.ItemAdded(kept);
        Close(kept);
    }

    public void Return()
    {
        foreach (var item in _items) item.Return();
    }

    private void Call(ReadOnlySpan<byte> calls, in ChatCallPiece piece, int place)
    {
        var index = piece.Index ?? place;
        if (!_calls.TryGetValue(index, out var item) || IsAnother(item, calls[piece.Id], calls[piece.Name])) item = _calls[index] = Open(calls[piece.Id], calls[piece.Name], calls[piece.ExtraContent]);
        else if (calls[piece.ExtraContent].Length > 2) RememberCall(item.CallId, calls[piece.ExtraContent]);
        if (item.Name.Length <= 2 && calls[piece.Name].Length > 2) item.Name = calls[piece.Name].ToArray();
        Arguments(item, calls[piece.Arguments]);
        if (calls[piece.ArgumentsObject] is { IsEmpty: false } whole && Utf8.IsValid(whole))
            Arguments(item, (byte[])[.. "\""u8, .. JsonEncodedText.Encode(whole, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, .. "\""u8]);
    }

    private void Arguments(ResponsesItem item, ReadOnlySpan<byte> text)
    {
        if (text.Length <= 2 || item.IsDone) return;
        item.Text.Add(text);
        item.ArgumentsEnd.Add(text[1..^1]);
        if (item.Kind == ResponsesItemKind.FunctionCall) events?.Delta(item, text);
    }

    /// <summary>Some number all calls of an answer 0.</summary>
    private static bool IsAnother(ResponsesItem item, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) => id.Length > 2 && name.Length > 2 && !id.SequenceEqual(item.CallId);

    private ResponsesItem Open(ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        CloseBefore();
        var callId = id.Length > 2 ? id.ToArray() : Encoding.UTF8.GetBytes($"\"call_{_requestId}_{_items.Count}\"");
        if (extra.Length > 2) RememberCall(callId, extra);
        var item = Add(memory.Custom.Contains(JsonText.Decode(name)) ? ResponsesItemKind.CustomCall : ResponsesItemKind.FunctionCall);
        (item.CallId, item.Name) = (callId, name.IsEmpty ? [.. "\"\""u8] : name.ToArray());
        events?.ItemAdded(item);
        return item;
    }

    /// <summary>What the provider wants back with a call stands in an item of its own.</summary>
    private void RememberCall(byte[] callId, ReadOnlySpan<byte> extra)
    {
        var item = Add(ResponsesItemKind.Reasoning);
        (item.CallId, item.Extra) = (callId, extra.ToArray());
        item.EncryptAsId(_model);
        events?.ItemAdded(item);
        Close(item);
    }

    private ResponsesItem Reasoning()
    {
        if (_reasoning is not null) return _reasoning;
        CloseBefore();
        _reasoning = Add(ResponsesItemKind.Reasoning);
        events?.ItemAdded(_reasoning);
        return _reasoning;
    }

    private ResponsesItem Message(bool refuses)
    {
        if (_message is not null && _message.IsRefusal == refuses) return _message;
        CloseBefore();
        _message = Add(ResponsesItemKind.Message);
        _message.IsRefusal = refuses;
        events?.ItemAdded(_message);
        events?.PartAdded(_message);
        foreach (var page in refuses ? [] : _early) Annotate(_message, page);
        if (!refuses) _early.Clear();
        return _message;
    }

    private void Annotate(ResponsesItem item, in ChatPage page)
    {
        var annotation = ResponsesAnnotations.Citation(page);
        item.Annotations.AddItem(annotation);
        events?.Annotated(item, item.AnnotationCount++, annotation);
    }

    private ResponsesItem Add(ResponsesItemKind kind)
    {
        var item = new ResponsesItem(kind, _items.Count, _requestId);
        _items.Add(item);
        return item;
    }

    /// <summary>The pages of the whole answer stand with the words that are over.</summary>
    private void AnnotateRest()
    {
        if (_message is not { IsRefusal: false } message) return;
        foreach (var page in _searched.Rest()) Annotate(message, page);
    }

    /// <summary>Something else begins. Words and thoughts are then over; of calls, which may come in turns, those whose arguments are whole: clients can start on them.</summary>
    private void CloseBefore()
    {
        foreach (var call in _calls.Values)
        {
            if (call.ArgumentsEnd.IsWhole) Close(call);
        }

        AnnotateRest();
        if (_reasoning is not null) Close(_reasoning);
        if (_message is not null) Close(_message);
        _reasoning = _message = null;
    }

    private void Close(ResponsesItem item)
    {
        if (item.IsDone) return;
        item.IsDone = true;
        if (item.Kind == ResponsesItemKind.Reasoning) item.Encrypt(memory.Encrypted, _model);
        else if (item.Kind == ResponsesItemKind.CustomCall) Unwrap(item);
        else if (item is { Kind: ResponsesItemKind.FunctionCall, Text.IsEmpty: true }) NoArguments(item);

        events?.ItemDone(item);
    }

    private void Unwrap(ResponsesItem item)
    {
        ResponsesCustomCall.Unwrap(item);
        if (!item.Text.IsEmpty) events?.Delta(item, item.Text.Json);
    }

    /// <summary>A call without arguments, as some models write it: clients parse them.</summary>
    private void NoArguments(ResponsesItem item)
    {
        item.Text.Add("\"{}\""u8);
        events?.Delta(item, "\"{}\""u8);
    }

    /// <summary>What stands between the brackets of an array; on one line.</summary>
    private static ReadOnlySpan<byte> Elements(ReadOnlySpan<byte> array)
    {
        if (array.Length <= 2) return default;
        var elements = array[1..^1].Trim(" \t\r\n"u8);
        if (!elements.ContainsAny((byte)'\n', (byte)'\r')) return elements;
        var line = elements.ToArray();
        line.AsSpan().ReplaceAny(SearchValues.Create("\r\n"u8), (byte)' ');
        return line;
    }
}
