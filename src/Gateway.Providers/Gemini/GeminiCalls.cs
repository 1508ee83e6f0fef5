using System.Text;
using System.Text.Json;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>Calls of tools and their results. A result has the name of its call, which OpenAI's format says only there.</summary>
internal sealed class GeminiCalls(Utf8JsonWriter json, string model, RequestFit fit)
{
    /// <summary>
    /// What Google has clients send in place of a signature for a call that another model made: without one, models of the third generation refuse the request
    /// (https://ai.google.dev/gemini-api/docs/thought-signatures).
    /// </summary>
    private const string ForeignSignature = "skip_thought_signature_validator";

    private readonly Dictionary<string, (int Place, string Name, string? OwnId)> _known = new(StringComparer.Ordinal);

    /// <summary>Where a result stands among the others.</summary>
    public int Place(string? id) => id is not null && _known.TryGetValue(id, out var call) ? call.Place : int.MaxValue;

    /// <param name="isFirst">Of the calls of its message: of parallel ones, only that is signed.</param>
    public void Write(ChatToolCall? call, bool isFirst, string at)
    {
        if (call is not { Id.Length: > 0, Function: { Name.Length: > 0, Arguments: { } arguments } function })
        {
            fit.Fail($"'{at}' must have 'id', 'function.name' and 'function.arguments'.", at);
            return;
        }

        if (CallArguments.Of(arguments, at, fit) is not { } input) return;
        var ownId = GeminiExtra.CallId(call.Rest);
        _known[call.Id] = (_known.Count, function.Name, ownId);
        json.WriteStartObject();
        json.WriteStartObject("functionCall"u8);
        if (ownId is not null) json.WriteString("id"u8, ownId);
        json.WriteString("name"u8, function.Name);
        json.WritePropertyName("args"u8);
        json.WriteRawValue(input, skipInputValidation: true);
        json.WriteEndObject();
        if ((GeminiExtra.Signature(call.Rest) ?? (isFirst && GeminiModels.IsThirdOrLater(model) ? ForeignSignature : null)) is { } signature) json.WriteString("thoughtSignature"u8, signature);
        json.WriteEndObject();
    }

    public void WriteResult(ChatMessage message, string at)
    {
        if (message.ToolCallId is not { Length: > 0 } id)
        {
            fit.Fail($"'{at}.tool_call_id' is missing.", $"{at}.tool_call_id");
            return;
        }

        if (!_known.TryGetValue(id, out var call))
        {
            fit.Fail($"'{at}.tool_call_id' is of no call before it.", $"{at}.tool_call_id");
            return;
        }

        var files = message.Content?.Parts?.Index().Where(static p => p.Item?.Type is not ("text" or "refusal")).ToList() ?? [];
        var within = files.Count > 0 && GeminiModels.IsThirdOrLater(model);
        json.WriteStartObject();
        json.WriteStartObject("functionResponse"u8);
        if (call.OwnId is not null) json.WriteString("id"u8, call.OwnId);
        json.WriteString("name"u8, call.Name);
        WriteResponse(message);
        if (within)
        {
            json.WriteStartArray("parts"u8);
            WriteFiles(files, at);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        if (!within) WriteFiles(files, at);
    }

    private void WriteFiles(IEnumerable<(int Index, ChatContentPart? Item)> files, string at)
    {
        foreach (var (i, file) in files) GeminiParts.WritePart(json, file, $"{at}.content[{i}]", fit, null);
    }

    /// <summary>A JSON object as it is; what is none under the name that Google has for it.</summary>
    private void WriteResponse(ChatMessage message)
    {
        var text = message.Content?.Text ?? TextLines.Join(message.Content?.Parts?.Select(static p => p?.Type == "text" ? p.Text : p?.Refusal) ?? []);
        var failed = ToolFailure.Is(message);
        json.WritePropertyName("response"u8);
        if (!failed && RequestJson.IsObject(text) && JsonText.IsText(Encoding.UTF8.GetBytes(text)))
        {
            json.WriteRawValue(text, skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        json.WriteString(failed ? "error"u8 : "output"u8, text);
        json.WriteEndObject();
    }
}
