using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>
/// From Gemini's stream to OpenAI's. Every event is an answer with what is new in it; text is copied as it is escaped. There is no last event, and a reason to finish may
/// come with every one, or with more behind it: the answer is whole when each candidate has said why it ended and the body is over.
/// </summary>
internal sealed class GeminiStream(in TranslationContext context) : IStreamTranslator
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private readonly GeminiEvents _events = new();
    private readonly ChatChunkWriter _chunks = new(context);
    private readonly GeminiStreamCalls _calls = new(context.RequestId);
    private readonly List<GeminiOpenChoice> _choices = [];
    private readonly ArrayBufferWriter<byte> _rawUsage = new(256);
    private readonly int _expected = Math.Max(1, context.Memory as int? ?? 1);
    private GeminiUsage _usage;
    private string? _lastUsage;
    private GatewayError? _error;
    private bool _blocked, _finished;
    private int _unknown;

    /// <summary>The provider's own usage is shown when the answer is whole: one comes with every event.</summary>
    public StreamFacts Facts => new(_finished, _usage.IsKnown ? _usage.Tokens : null, _lastUsage, _error, _unknown);

    public bool IsJson => true;

    public void Read(ReadOnlySpan<byte> upstream, IBufferWriter<byte> events)
    {
        while (_error is null && _events.TryRead(ref upstream, out var data))
        {
            if (data.SequenceEqual("[DONE]"u8)) continue;   // of gateways in between
            try
            {
                Event(data, events);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)   // no JSON, or a name that is no text
            {
                _error = GeminiErrors.Unreadable();
            }
        }

        if (_events.IsBroken) _error ??= GeminiErrors.Unreadable();
    }

    public void Complete(IBufferWriter<byte> events)
    {
        if (_events.IsInside || (_choices.Count < _expected && !_blocked) || !_choices.TrueForAll(static c => c.IsFinished)) return;
        foreach (var choice in _choices)
        {
            _calls.Close(choice, _chunks, events);
            choice.Said.Return();
            _chunks.Finish(events, choice.Index, _blocked ? GeminiFinish.Blocked : GeminiFinish.Reason(choice.Reason, choice.Calls > 0), choice.Reason, message: choice.ReasonWords);
        }

        if (_usage.IsKnown) _chunks.Usage(events, _usage.Tokens);
        if (_rawUsage.WrittenCount > 0) _lastUsage = Encoding.UTF8.GetString(_rawUsage.WrittenSpan);
        _finished = true;
    }

    private void Event(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(data);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
        var known = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var before = known;
            known = true;
            if (reader.ValueTextEquals("candidates"u8)) Candidates(ref reader, data, output);
            else if (reader.ValueTextEquals("usageMetadata"u8)) Usage(ref reader, data);
            else if (reader.ValueTextEquals("promptFeedback"u8)) Feedback(ref reader, data, output);
            else if (reader.ValueTextEquals("error"u8)) Error(ref reader, data);
            else (known, _) = (before, GeminiJsonRange.Value(ref reader));
        }

        if (reader.Read()) throw new JsonException();
        if (!known) _unknown++;
    }

    private void Candidates(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) Candidate(data, GeminiStreamCandidate.Read(ref reader, data), output);
            else reader.Skip();
        }
    }

    private void Candidate(ReadOnlySpan<byte> data, in GeminiStreamCandidate candidate, IBufferWriter<byte> output)
    {
        var choice = Choice(candidate.Index, output);
        if (data[candidate.Parts] is { IsEmpty: false } parts) Parts(parts, choice, output);
        Show(GeminiGrounding.Grounding, data[candidate.Grounding], choice, output);
        if (GeminiGrounding.Annotations(data[candidate.Grounding], choice) is { IsEmpty: false } annotations) _chunks.Piece(output, choice.Index, "annotations"u8, annotations);
        Show(GeminiGrounding.Citations, data[candidate.Citations], choice, output);
        Show(GeminiGrounding.UrlContext, data[candidate.UrlContext], choice, output);
        if (data[candidate.FinishReason] is { IsEmpty: false } reason) choice.Ends(reason, data[candidate.FinishMessage]);
    }

    private void Parts(ReadOnlySpan<byte> parts, GeminiOpenChoice choice, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(parts);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) Part(parts, GeminiStreamPart.Read(ref reader, parts), choice, output);
    }

    private void Part(ReadOnlySpan<byte> data, in GeminiStreamPart part, GeminiOpenChoice choice, IBufferWriter<byte> output)
    {
        var text = data[part.Text];
        if (part.IsCall)
        {
            if (!_calls.Read(data, part, choice, _chunks, output)) _unknown++;
        }
        else if (part.IsThought)
        {
            if (text.Length > 2) _chunks.Piece(output, choice.Index, "reasoning_content"u8, text);
        }
        else if (!data[part.Other].IsEmpty)
        {
            _chunks.Piece(output, choice.Index, ReplyJson.ProviderBlocksUtf8, [.. "["u8, .. OneLine(data[part.Whole]), .. "]"u8]);
        }
        else if (!data[part.Data].IsEmpty)
        {
            Image(data, part, choice, output);
        }
        else
        {
            if (text.Length > 2)
            {
                _chunks.Piece(output, choice.Index, "content"u8, text);
                // Then the signature that the client has is not that of the whole text.
                if (choice.Splits()) _chunks.Piece(output, choice.Index, GeminiExtra.MemberUtf8, GeminiTextSignature.Bytes(choice.Signed).Span);
                choice.Said.Add(text);
            }

            if (data[part.Signature] is { Length: > 2 } signature) Sign(signature, choice, output);
        }
    }

    /// <summary>The first one is taken for that of the whole text; with the others come all.</summary>
    private void Sign(ReadOnlySpan<byte> signature, GeminiOpenChoice choice, IBufferWriter<byte> output)
    {
        choice.Signed.Add(new(choice.Said.Length, JsonText.Decode(signature)));
        _chunks.Piece(output, choice.Index, GeminiExtra.MemberUtf8, choice.Signed.Count == 1 ? GeminiExtra.Bytes(signature, default) : GeminiTextSignature.Bytes(choice.Signed).Span);
    }

    private void Image(ReadOnlySpan<byte> data, in GeminiStreamPart part, GeminiOpenChoice choice, IBufferWriter<byte> output)
    {
        var extra = GeminiExtra.Bytes(data[part.Signature], default);
        ReadOnlySpan<byte> kept = extra.Length == 0 ? default : [.. ",\"extra_content\":"u8, .. extra];
        var index = Encoding.UTF8.GetBytes($"{choice.Images++}");
        _chunks.Piece(output, choice.Index, "images"u8,
        [
            .. "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:"u8, .. data[part.MediaType][1..^1], .. ";base64,"u8, .. data[part.Data][1..], .. "},\"index\":"u8, .. index, .. kept, .. "}]"u8,
        ]);
    }

    private void Show(string name, ReadOnlySpan<byte> json, GeminiOpenChoice choice, IBufferWriter<byte> output)
    {
        if (!json.IsEmpty) _chunks.Piece(output, choice.Index, Encoding.UTF8.GetBytes(name), OneLine(json));
    }

    /// <summary>Google writes its JSON over several lines where it is no event; a line break inside a text is written as an escape.</summary>
    private static byte[] OneLine(ReadOnlySpan<byte> json)
    {
        var line = json.ToArray();
        line.AsSpan().ReplaceAny(LineEnds, (byte)' ');
        return line;
    }

    private GeminiOpenChoice Choice(int index, IBufferWriter<byte> output)
    {
        if (_choices.Find(c => c.Index == index) is { } open) return open;
        var choice = new GeminiOpenChoice(index);
        _choices.Add(choice);
        _chunks.Role(output, index, withText: true);
        return choice;
    }

    /// <summary>A prompt that was blocked has no candidates.</summary>
    private void Feedback(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        var (reason, words) = (default(Range), default(Range));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("blockReason"u8)) reason = GeminiJsonRange.String(ref reader, data);
            else if (reader.ValueTextEquals("blockReasonMessage"u8)) words = GeminiJsonRange.String(ref reader, data);
            else GeminiJsonRange.Value(ref reader);
        }

        if (data[reason].IsEmpty || _choices.Count > 0) return;
        Choice(0, output).Ends(data[reason], data[words]);
        _blocked = true;
    }

    private void Error(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        GeminiJsonRange.Value(ref reader);
        _error = GeminiErrors.InStream(data);
    }

    private void Usage(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (!_usage.Read(ref reader)) return;
        _rawUsage.ResetWrittenCount();
        _rawUsage.Write(data[start..(int)reader.BytesConsumed]);
    }
}
