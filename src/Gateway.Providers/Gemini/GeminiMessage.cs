using System.Text;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>From the parts of a candidate to a message.</summary>
internal sealed class GeminiMessage
{
    private readonly StringBuilder _text = new(), _thoughts = new();
    private readonly List<ChatToolCall> _calls = [];
    private readonly List<GeminiPart> _images = [], _others = [];
    private readonly List<GeminiTextSignature> _signed = [];

    public static ChatReplyMessage Of(GeminiCandidate candidate, string requestId)
    {
        var message = new GeminiMessage();
        var starts = new List<int>();
        foreach (var part in candidate.Content?.Parts ?? [])
        {
            starts.Add(message._text.Length);
            if (part is not null) message.Add(part, GeminiIds.Of(requestId, candidate.Index ?? 0, message._calls.Count));
        }

        var rest = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (GeminiTextSignature.Value(message._signed, message._text.Length) is { } signed) rest[GeminiExtra.Member] = signed;
        if (message._images.Count > 0) rest[GeminiReply.Images] = message.Images();
        if (message._others.Count > 0) rest[ReplyJson.ProviderBlocks] = JsonSerializer.SerializeToElement(message._others, GeminiJson.Default.ListGeminiPart);
        if (GeminiGrounding.Annotations(candidate, starts) is { } annotations) rest["annotations"] = annotations;
        if (candidate.GroundingMetadata is { } grounding) rest[GeminiGrounding.Grounding] = grounding;
        if (candidate.CitationMetadata is { } citations) rest[GeminiGrounding.Citations] = citations;
        if (candidate.UrlContextMetadata is { } urls) rest[GeminiGrounding.UrlContext] = urls;
        if (candidate.SafetyRatings is { } ratings) rest[GeminiGrounding.SafetyRatings] = ratings;
        return new ChatReplyMessage
        {
            Content = message._text.Length > 0 || message._calls.Count == 0 ? message._text.ToString() : null,
            ReasoningContent = message._thoughts.Length > 0 ? message._thoughts.ToString() : null,
            ToolCalls = message._calls.Count > 0 ? message._calls : null,
            Rest = rest.Count > 0 ? rest : null,
        };
    }

    private void Add(GeminiPart part, string id)
    {
        if (part.FunctionCall is { } call)
        {
            _calls.Add(new ChatToolCall
            {
                Id = string.IsNullOrEmpty(call.Id) ? id : call.Id,
                Type = "function",
                Function = new() { Name = call.Name, Arguments = call.Args is { ValueKind: JsonValueKind.Object } args ? args.GetRawText() : "{}" },
                Rest = GeminiExtra.Of(part.ThoughtSignature, string.IsNullOrEmpty(call.Id) ? null : call.Id),
            });
        }
        else if (part.InlineData is { MimeType: { } type, Data: not null } && type.StartsWith("image/", StringComparison.Ordinal))
        {
            _images.Add(part);
        }
        else if (part.Thought == true)
        {
            _thoughts.Append(part.Text);
        }
        else if (part is { Text: not null } or { InlineData: null, Rest: null })
        {
            _text.Append(part.Text);
            if (part.ThoughtSignature is { Length: > 0 } signature) _signed.Add(new(_text.Length, signature));
        }
        else
        {
            _others.Add(part);
        }
    }

    private JsonElement Images()
    {
        var json = RequestJson.Write(_images, _images.Sum(static i => i.InlineData!.Data!.Length + 128), static (json, images) =>
        {
            json.WriteStartArray(GeminiReply.Images);
            foreach (var (i, image) in images.Index())
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "image_url"u8);
                json.WriteStartObject("image_url"u8);
                json.WriteString("url"u8, $"data:{image.InlineData!.MimeType};base64,{image.InlineData.Data}");
                json.WriteEndObject();
                json.WriteNumber("index"u8, i);
                if (image.ThoughtSignature is { } signature)
                {
                    json.WritePropertyName(GeminiExtra.Member);
                    GeminiExtra.Value(signature, null).WriteTo(json);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(GeminiReply.Images).Clone();
    }
}
