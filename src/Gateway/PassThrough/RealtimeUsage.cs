using System.Text.Json;
using Gateway.Core.Usage;

namespace Gateway.PassThrough;

/// <summary>The usage of one answer of OpenAI's realtime API, in the event that ends it: https://platform.openai.com/docs/api-reference/realtime-server-events/response/done.</summary>
internal static class RealtimeUsage
{
    public static bool TryRead(ReadOnlySpan<byte> message, out TokenUsage usage)
    {
        usage = default;
        var reader = new Utf8JsonReader(message);
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (Member(root, "type") is not { ValueKind: JsonValueKind.String } type || !type.ValueEquals("response.done"u8)) return false;
            if (Member(Member(root, "response"), "usage") is not { ValueKind: JsonValueKind.Object } counts) return false;
            usage = Classes(counts);
            return true;
        }
        catch (JsonException)
        {
            return false;   // it passes as it is; what it used is not known
        }
    }

    public static TokenUsage Add(in TokenUsage a, in TokenUsage b) => new()
    {
        Input = a.Input + b.Input,
        CacheRead = a.CacheRead + b.CacheRead,
        InputAudio = a.InputAudio + b.InputAudio,
        InputImage = a.InputImage + b.InputImage,
        Output = a.Output + b.Output,
        OutputAudio = a.OutputAudio + b.OutputAudio,
    };

    /// <summary>Its counts have the cached ones in them, and so do those of each medium.</summary>
    private static TokenUsage Classes(JsonElement counts)
    {
        var input = Count(counts, "input_tokens");
        var details = Member(counts, "input_token_details");
        var cached = Math.Min(Count(details, "cached_tokens"), input);
        var cachedDetails = Member(details, "cached_tokens_details");
        var fresh = input - cached;
        var audio = Math.Clamp(Count(details, "audio_tokens") - Count(cachedDetails, "audio_tokens"), 0, fresh);
        var image = Math.Clamp(Count(details, "image_tokens") - Count(cachedDetails, "image_tokens"), 0, fresh - audio);
        var output = Count(counts, "output_tokens");
        return new()
        {
            Input = fresh - audio - image,
            CacheRead = cached,
            InputAudio = audio,
            InputImage = image,
            Output = output,
            OutputAudio = Math.Min(Count(Member(counts, "output_token_details"), "audio_tokens"), output),
        };
    }

    private static JsonElement? Member(JsonElement? of, string name) => of is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var member) ? member : null;

    private static long Count(JsonElement? of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var count) ? Math.Clamp(count, 0, 1_000_000_000) : 0;
}
