using System.Text.Json;

namespace Gateway.Providers.Ollama;

/// <summary>One after the other the calls of a line, each whole. Ranges of the array's bytes; what is not there is an empty one.</summary>
internal ref struct OllamaCallReader
{
    private readonly ReadOnlySpan<byte> _calls;
    private Utf8JsonReader _reader;

    /// <param name="calls">A JSON array that was read before: it is well-formed.</param>
    public OllamaCallReader(ReadOnlySpan<byte> calls)
    {
        _calls = calls;
        _reader = new Utf8JsonReader(calls);
        if (!calls.IsEmpty) _reader.Read();
    }

    /// <summary>JSON strings.</summary>
    public ReadOnlySpan<byte> Id { get; private set; }

    /// <inheritdoc cref="Id"/>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>A JSON object.</summary>
    public ReadOnlySpan<byte> Arguments { get; private set; }

    public bool MoveNext()
    {
        Id = default;
        Name = default;
        Arguments = default;
        while (!_calls.IsEmpty && _reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType == JsonTokenType.StartObject)
            {
                Members();
                return true;
            }

            _reader.Skip();
        }

        return false;
    }

    private void Members()
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("function"u8)) Function();
            else if (_reader.ValueTextEquals("id"u8)) Id = Value('"');
            else _reader.Skip();
        }
    }

    private void Function()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("name"u8)) Name = Value('"');
            else if (_reader.ValueTextEquals("arguments"u8)) Arguments = Value('{');
            else _reader.Skip();
        }
    }

    private ReadOnlySpan<byte> Value(char first)
    {
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return _calls[start] == first ? _calls[start..(int)_reader.BytesConsumed] : default;
    }
}
