using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.Providers.Gemini;

/// <summary>
/// Gemini's usage in disjoint classes. Its prompt count has the cached tokens in it and the prompts of its own tools not; its candidates' count has the thoughts not. Of a stream's reports
/// the last one counts: each is of all that was until then.
/// </summary>
internal struct GeminiUsage
{
    private long _prompt, _cached, _candidates, _thoughts, _toolPrompt;
    private Modalities _promptDetails, _cacheDetails, _outputDetails;
    private ServiceTier _tier;

    public bool IsKnown { get; private set; }

    public readonly TokenUsage Tokens
    {
        get
        {
            var cached = Math.Min(_cached, _prompt);
            var fresh = _prompt - cached;
            var audio = Math.Clamp(_promptDetails.Audio - _cacheDetails.Audio, 0, fresh);
            var image = Math.Clamp(_promptDetails.Image - _cacheDetails.Image, 0, fresh - audio);
            var output = _candidates + _thoughts;
            return new()
            {
                Input = fresh - audio - image + _toolPrompt,
                CacheRead = cached,
                InputAudio = audio,
                InputImage = image,
                Output = output,
                Reasoning = _thoughts,
                OutputAudio = Math.Min(_outputDetails.Audio, _candidates),
                OutputImage = Math.Min(_outputDetails.Image, _candidates - Math.Min(_outputDetails.Audio, _candidates)),
                Tier = _tier,
            };
        }
    }

    /// <summary>Reads a usage object; <paramref name="reader"/> stands at its beginning and is left at its end.</summary>
    /// <returns>False where it is none, has a number that cannot be, or counts nothing.</returns>
    public bool Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var read = new GeminiUsage();
        var (valid, counted) = (true, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("promptTokenCount"u8)) counted |= Count(ref reader, ref read._prompt, ref valid);
            else if (reader.ValueTextEquals("candidatesTokenCount"u8)) counted |= Count(ref reader, ref read._candidates, ref valid);
            else if (reader.ValueTextEquals("thoughtsTokenCount"u8)) counted |= Count(ref reader, ref read._thoughts, ref valid);
            else if (reader.ValueTextEquals("cachedContentTokenCount"u8)) Count(ref reader, ref read._cached, ref valid);
            else if (reader.ValueTextEquals("toolUsePromptTokenCount"u8)) Count(ref reader, ref read._toolPrompt, ref valid);
            else if (reader.ValueTextEquals("promptTokensDetails"u8)) read._promptDetails.Read(ref reader, ref valid);
            else if (reader.ValueTextEquals("cacheTokensDetails"u8)) read._cacheDetails.Read(ref reader, ref valid);
            else if (reader.ValueTextEquals("candidatesTokensDetails"u8)) read._outputDetails.Read(ref reader, ref valid);
            else if (reader.ValueTextEquals("serviceTier"u8)) read.Tier(ref reader);
            else reader.Skip();
        }

        if (!valid || !counted) return false;
        this = read;
        IsKnown = true;
        return true;
    }

    private static bool Count(ref Utf8JsonReader reader, ref long count, ref bool valid)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return false;
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var read) && read >= 0)   // Google's type for it
        {
            count = read;
            return true;
        }

        reader.Skip();
        valid = false;
        return false;
    }

    private void Tier(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String) reader.Skip();
        else if (reader.ValueTextEquals("priority"u8)) _tier = ServiceTier.Priority;
        else if (reader.ValueTextEquals("flex"u8)) _tier = ServiceTier.Flex;
        else if (reader.ValueTextEquals("batch"u8)) _tier = ServiceTier.Batch;
    }

    /// <summary>Tokens that are no text, out of <c>[{"modality":"AUDIO","tokenCount":5}]</c>.</summary>
    private struct Modalities
    {
        public long Audio, Image;

        public void Read(ref Utf8JsonReader reader, ref bool valid)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                return;
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.StartObject) Item(ref reader, ref valid);
                else reader.Skip();
            }
        }

        private void Item(ref Utf8JsonReader reader, ref bool valid)
        {
            var (audio, image, count) = (false, false, 0L);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("tokenCount"u8))
                {
                    Count(ref reader, ref count, ref valid);
                }
                else if (reader.ValueTextEquals("modality"u8) && reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    audio = reader.ValueTextEquals("AUDIO"u8);
                    image = reader.ValueTextEquals("IMAGE"u8);
                }
                else
                {
                    reader.Skip();
                }
            }

            if (audio) Audio += count;
            if (image) Image += count;
        }
    }
}
