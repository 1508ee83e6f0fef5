using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects;

/// <summary>
/// OpenRouter's <c>reasoning_details</c>: a model's thoughts with what its maker wants back (signatures, encrypted ones). In a stream they come in pieces, of which those in a row with one
/// <c>type</c> and one <c>index</c> are one detail: words are joined, of all else the last that is not null counts. Not thread-safe.
/// </summary>
internal sealed class ChatReasoningDetails
{
    public const string Member = "reasoning_details";

    private readonly List<Detail> _details = [];

    public static ReadOnlySpan<byte> MemberUtf8 => "reasoning_details"u8;

    public bool IsEmpty => _details.Count == 0;

    /// <param name="pieces">A JSON array; empty: none.</param>
    public void Add(ReadOnlySpan<byte> pieces)
    {
        if (pieces.Length <= 2 || !JsonText.IsText(pieces)) return;
        var reader = new Utf8JsonReader(pieces, new JsonReaderOptions { MaxDepth = 128 });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) reader.Skip();
            else AddPiece(pieces[JsonPlaces.Current(ref reader)]);
        }
    }

    /// <summary>The details that have come, as values of a list; then there are none.</summary>
    public byte[] Take()
    {
        var items = new GatheredBytes();
        foreach (var detail in _details) detail.WriteTo(ref items);
        _details.Clear();
        var taken = items.Span.ToArray();
        items.Return();
        return taken;
    }

    private void AddPiece(ReadOnlySpan<byte> piece)
    {
        Range type = default, index = default;
        var reader = new Utf8JsonReader(piece, new JsonReaderOptions { MaxDepth = 128 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8)) type = JsonPlaces.Value(ref reader);
            else if (reader.ValueTextEquals("index"u8)) index = JsonPlaces.Value(ref reader);
            else reader.Skip();
        }

        // Encrypted ones come whole.
        var isWords = piece[type].SequenceEqual("\"reasoning.text\""u8) || piece[type].SequenceEqual("\"reasoning.summary\""u8);
        if (!isWords || _details.Count == 0 || !_details[^1].IsOf(piece[type], piece[index])) _details.Add(new Detail(piece[type], piece[index]));
        _details[^1].Add(piece);
    }

    private sealed class Detail(ReadOnlySpan<byte> type, ReadOnlySpan<byte> index)
    {
        private readonly byte[] _type = type.ToArray(), _index = index.ToArray();
        private readonly List<(byte[] Name, byte[] Value)> _members = [];
        private byte[] _nameOfWords = [];
        private GatheredText _words;

        public bool IsOf(ReadOnlySpan<byte> type, ReadOnlySpan<byte> index) => type.SequenceEqual(_type) && index.SequenceEqual(_index);

        public void Add(ReadOnlySpan<byte> piece)
        {
            var reader = new Utf8JsonReader(piece, new JsonReaderOptions { MaxDepth = 128 });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.ValueSpan;
                var value = piece[JsonPlaces.Value(ref reader)];
                var isWords = value[0] == '"' && (name.SequenceEqual("text"u8) || name.SequenceEqual("summary"u8));
                if (isWords && _nameOfWords.Length == 0) _nameOfWords = name.ToArray();
                if (isWords) _words.Add(value);
                else Set(name, value);
            }
        }

        public void WriteTo(ref GatheredBytes items)
        {
            items.AddItem("{"u8);
            var isFirst = true;
            foreach (var (name, value) in _members) Write(ref items, name, value, ref isFirst);
            if (_nameOfWords.Length > 0) Write(ref items, _nameOfWords, _words.Json, ref isFirst);
            items.Add("}"u8);
            _words.Return();
        }

        /// <summary>Most pieces repeat what the first one said.</summary>
        private void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            for (var i = 0; i < _members.Count; i++)
            {
                if (!name.SequenceEqual(_members[i].Name)) continue;
                if (!value.SequenceEqual(_members[i].Value) && !value.SequenceEqual("null"u8)) _members[i] = (_members[i].Name, value.ToArray());
                return;
            }

            _members.Add((name.ToArray(), value.ToArray()));
        }

        private static void Write(ref GatheredBytes items, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref bool isFirst)
        {
            items.Add(isFirst ? "\""u8 : ",\""u8);
            items.Add(name);
            items.Add("\":"u8);
            items.Add(value);
            isFirst = false;
        }
    }
}
