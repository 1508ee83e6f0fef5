using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.Providers.OpenAICompatible.Repair;

/// <summary>One pass over an answer, whole or an event of a stream, that notes what must change to make it OpenAI's. Used again for every event of its stream.</summary>
/// <param name="stream">An event and no whole answer.</param>
/// <param name="movesUsage">Groq's usage is to stand in OpenAI's place too.</param>
internal sealed class AnswerWalk(bool stream, bool movesUsage)
{
    private readonly MessageWalk _message = new(stream);
    private bool _hasChoices;
    private bool _hasObject;
    private bool _hasUsage;
    private bool _failed;            // a top-level error: the host's, not ours
    private (int Start, int End) _failure;
    private bool _endedInFailure;

    public RepairPlan Plan { get; } = new();

    /// <summary>Usage that stands where only Groq puts it; empty where there is none, or OpenAI's place has it too.</summary>
    public (int Start, int End) GroqUsage { get; private set; }

    /// <summary>Fills the plan. It stays empty for what cannot be read, and for what is no chat completion.</summary>
    public void Look(ReadOnlySpan<byte> json)
    {
        Plan.Clear();
        _hasChoices = _hasObject = _hasUsage = _failed = _endedInFailure = false;
        _failure = GroqUsage = default;
        try
        {
            var reader = new Utf8JsonReader(json, JsonWalk.Options);
            if (reader.Value() != JsonTokenType.StartObject) return;
            var isFirst = true;
            while (reader.NextMember())
            {
                isFirst = false;
                Member(json, ref reader);
            }

            End(json, reader.At(), isFirst);
            if (reader.Read()) Plan.Clear();
        }
        catch (JsonException)   // cut or garbled: the host says so, with the bytes as they came
        {
            Plan.Clear();
            GroqUsage = default;
        }
    }

    private void Member(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        if (reader.Is("choices"u8)) Choices(json, ref reader);
        else if (reader.Is("object"u8)) Object(ref reader);
        else if (reader.Is("usage"u8)) _hasUsage |= Next(ref reader) == JsonTokenType.EndObject;
        else if (reader.Is("error"u8)) _failed |= Next(ref reader) != JsonTokenType.Null;
        else if (reader.Is("x_groq"u8)) Groq(ref reader);
        else Next(ref reader);
    }

    /// <summary>Passes over the value; its last token.</summary>
    private static JsonTokenType Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
        return reader.TokenType;
    }

    private void Object(ref Utf8JsonReader reader)
    {
        _hasObject = true;
        reader.Read();
        _failed |= reader.TokenType == JsonTokenType.String && reader.Is("error"u8);
        var isRight = reader.TokenType == JsonTokenType.String && reader.Is(stream ? "chat.completion.chunk"u8 : "chat.completion"u8);
        var (start, end) = reader.Whole();
        if (!isRight) Plan.Replace(start, end).Write(stream ? "\"chat.completion.chunk\""u8 : "\"chat.completion\""u8);
    }

    private void Groq(ref Utf8JsonReader reader)
    {
        if (reader.Value() != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.NextMember())
        {
            var isUsage = reader.Is("usage"u8);
            reader.Read();
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            var range = reader.Whole();
            if (isUsage && isObject) GroqUsage = range;
        }
    }

    private void End(ReadOnlySpan<byte> json, int brace, bool isFirst)
    {
        if (_hasUsage) GroqUsage = default;
        if (_failed || !(_hasChoices || (stream && _hasUsage)))
        {
            Plan.Clear();
            GroqUsage = default;
            return;
        }

        if (!_hasObject) Plan.AddMember(brace, ref isFirst).Write(stream ? "\"object\":\"chat.completion.chunk\""u8 : "\"object\":\"chat.completion\""u8);
        if (!_hasChoices) Plan.AddMember(brace, ref isFirst).Write("\"choices\":[]"u8);
        if (movesUsage && GroqUsage != default) Plan.AddMember(brace, ref isFirst).Write("\"usage\":"u8).Write(json[GroqUsage.Start..GroqUsage.End]);
        if (!_endedInFailure) return;
        Plan.AddMember(brace, ref isFirst).Write("\"error\":"u8)
            .Write(_failure == default ? "{\"message\":\"The provider ended this answer with an error.\"}"u8 : json[_failure.Start.._failure.End]);
    }

    private void Choices(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        if (reader.Value() != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        _hasChoices = true;
        for (var position = 0; reader.NextElement(); position++)
        {
            if (reader.TokenType == JsonTokenType.StartObject) Choice(json, ref reader, position);
            else reader.Skip();
        }
    }

    private void Choice(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, int position)
    {
        bool hasIndex = false, hasReason = false, hasNative = false, hasMessage = false, isFirst = true;
        (int Start, int End) native = default;
        _message.Choice = position;
        while (reader.NextMember())
        {
            isFirst = false;
            var (isIndex, isReason, isNative) = (reader.Is("index"u8), reader.Is("finish_reason"u8), reader.Is("native_finish_reason"u8));
            var isMessage = reader.Is(stream ? "delta"u8 : "message"u8);
            (hasIndex, hasReason, hasNative, hasMessage) = (hasIndex | isIndex, hasReason | isReason, hasNative | isNative, hasMessage | isMessage);
            if (isIndex) Index(ref reader, position);
            else if (isReason) native = Reason(ref reader);
            else if (isMessage) _message.Look(json, ref reader, Plan);
            else if (reader.Is("error"u8)) Failure(ref reader);
            else Next(ref reader);
        }

        var brace = reader.At();
        if (!hasIndex) Plan.AddMember(brace, ref isFirst).Write("\"index\":"u8).Write(Encoding.ASCII.GetBytes(position.ToString(CultureInfo.InvariantCulture)));
        if (!hasMessage) Plan.AddMember(brace, ref isFirst).Write(stream ? "\"delta\":{}"u8 : "\"message\":{\"role\":\"assistant\",\"content\":null}"u8);
        if (!hasReason) Plan.AddMember(brace, ref isFirst).Write("\"finish_reason\":null"u8);
        if (native != default && !hasNative) Plan.AddMember(brace, ref isFirst).Write("\"native_finish_reason\":"u8).Write(json[native.Start..native.End]);
    }

    private void Index(ref Utf8JsonReader reader, int position)
    {
        var isNumber = reader.Value() == JsonTokenType.Number;
        if (isNumber && reader.TryGetInt32(out var index)) _message.Choice = index;
        var (start, end) = reader.Whole();
        if (!isNumber) Plan.Replace(start, end).Write(Encoding.ASCII.GetBytes(position.ToString(CultureInfo.InvariantCulture)));
    }

    /// <returns>Where the provider's own reason stands, if another had to be put in its place.</returns>
    private (int Start, int End) Reason(ref Utf8JsonReader reader)
    {
        var type = reader.Value();
        var nearest = type == JsonTokenType.String ? FinishReasons.Nearest(reader.ValueSpan) : null;
        var isEmpty = type == JsonTokenType.String && reader.ValueSpan.IsEmpty;
        var (start, end) = reader.Whole();
        if (type == JsonTokenType.Null || (type == JsonTokenType.String && nearest is null)) return default;
        _endedInFailure |= nearest == FinishReasons.Failed;
        var none = isEmpty || nearest is null or FinishReasons.Failed;
        Plan.Replace(start, end).Write(none ? "null"u8 : Encoding.ASCII.GetBytes($"\"{nearest}\""));
        return isEmpty ? default : (start, end);
    }

    /// <summary>OpenRouter's place for the error that ended a choice.</summary>
    private void Failure(ref Utf8JsonReader reader)
    {
        var isObject = reader.Value() == JsonTokenType.StartObject;
        var range = reader.Whole();
        if (!isObject) return;
        _failure = range;
        _endedInFailure = true;
    }
}
