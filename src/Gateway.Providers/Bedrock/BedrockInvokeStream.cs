using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Providers.Anthropic;
using Gateway.Providers.Bedrock.EventStream;

namespace Gateway.Providers.Bedrock;

/// <summary>Anthropic's stream in AWS's framing: each message is <c>{"bytes":"…"}</c>, an event in base64.</summary>
internal sealed class BedrockInvokeStream(in TranslationContext context) : IStreamTranslator
{
    private readonly EventStreamReader _messages = new();
    private readonly AnthropicStream _events = new(context);
    private byte[] _event = new byte[1024];
    private GatewayError? _error;
    private int _unknown;

    public StreamFacts Facts
    {
        get
        {
            var facts = _events.Facts;
            return facts with { Error = facts.Error ?? _error, UnknownEvents = facts.UnknownEvents + _unknown };
        }
    }

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> events)
    {
        while (_error is null && !_events.IsOver && _messages.TryRead(ref upstream, out var message))
        {
            if (!message.Type.SequenceEqual("event"u8)) _error = BedrockErrors.InStream(message);
            else if (!message.Name.SequenceEqual("chunk"u8)) _unknown++;
            else if (Decode(message.Payload) is var length and >= 0) _events.Event(_event.AsSpan(0, length), events);
            else _error = BedrockErrors.Unreadable();
        }

        if (_messages.IsBroken) _error ??= BedrockErrors.Unreadable();
    }

    /// <returns>How long the event is; less than 0: there is none.</returns>
    private int Decode(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return -1;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isEvent = reader.ValueTextEquals("bytes"u8);
                reader.Read();
                if (isEvent && reader.TokenType == JsonTokenType.String) return Decode(ref reader);
                reader.Skip();
            }

            return -1;
        }
        catch (JsonException)
        {
            return -1;
        }
    }

    private int Decode(ref Utf8JsonReader reader)
    {
        if (_event.Length < reader.ValueSpan.Length) _event = new byte[Math.Max(reader.ValueSpan.Length, 2 * _event.Length)];
        var length = reader.ValueSpan.Length;
        if (reader.ValueIsEscaped)
        {
            length = reader.ValueSpan.Length < 1 ? 0 : CopyUnescaped(ref reader);
            if (length < 0) return -1;
        }
        else
        {
            reader.ValueSpan.CopyTo(_event);
        }

        return Base64.DecodeFromUtf8InPlace(_event.AsSpan(0, length), out var written) == OperationStatus.Done ? written : -1;
    }

    private int CopyUnescaped(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.CopyString(_event);
        }
        catch (InvalidOperationException)   // half of a surrogate pair: no base64
        {
            return -1;
        }
    }
}
