using System.Net;
using System.Text;
using System.Text.Json;

namespace Gateway.EndToEnd.Rig;

/// <summary>A complete answer.</summary>
public sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public JsonElement Error => Json.GetProperty("error");

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>What the model said.</summary>
    public string Content => Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
}

/// <summary>A streamed answer, up to wherever it went.</summary>
/// <param name="Bytes">As they came.</param>
/// <param name="Broken">Why the connection ended before the message did; null: it ended as HTTP says.</param>
public sealed record StreamedAnswer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes, Exception? Broken)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public IReadOnlyList<SseEvent> Events => SseOracle.Parse(Bytes);

    public IReadOnlyList<JsonElement> Chunks => [.. Events.Where(static e => e.Data != "[DONE]").Select(static e => JsonDocument.Parse(e.Data).RootElement)];

    /// <summary>In whichever dialect.</summary>
    public bool Done => Events.Count > 0 && (Events[^1].Data == "[DONE]" || TypeOf(Chunks[^1]) is "message_stop" or "response.completed" or "response.incomplete");

    /// <summary>In whichever dialect.</summary>
    public string Content => ChatContent + string.Concat(Chunks.Select(static c => TypeOf(c) switch
    {
        "content_block_delta" => c.GetProperty("delta").TryGetProperty("text", out var text) ? text.GetString() : null,
        "response.output_text.delta" => c.GetProperty("delta").GetString(),
        _ => null,
    }));

    private string ChatContent => string.Concat(Chunks
        .Where(static c => c.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0)
        .Select(static c => c.GetProperty("choices")[0])
        .Select(static c => c.TryGetProperty("text", out var text) ? text.GetString()
            : c.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : null));

    /// <summary>Error objects inside the stream.</summary>
    public IReadOnlyList<JsonElement> Errors => [.. Chunks.Where(static c => c.TryGetProperty("error", out _) || TypeOf(c) == "error").Select(static c => c.TryGetProperty("error", out var error) ? error : c)];

    public IReadOnlyList<string> FinishReasons => [.. Chunks
        .Where(static c => c.TryGetProperty("choices", out var choices) && choices.GetArrayLength() > 0)
        .Select(static c => c.GetProperty("choices")[0].GetProperty("finish_reason"))
        .Where(static f => f.ValueKind == JsonValueKind.String).Select(static f => f.GetString()!)];

    private static string? TypeOf(JsonElement chunk) => chunk.TryGetProperty("type", out var type) ? type.GetString() : null;

    /// <summary>Chunks that carry token counts.</summary>
    public IReadOnlyList<JsonElement> Usages => [.. Chunks.Where(static c => c.TryGetProperty("usage", out var u) && u.ValueKind == JsonValueKind.Object).Select(static c => c.GetProperty("usage"))];
}

/// <summary>An application that holds a key.</summary>
public sealed class Caller(HttpClient http, string key)
{
    public const string Chat = "/v1/chat/completions";

    public Task<Answer> ChatAsync(string body, params (string Name, string Value)[] headers) => PostAsync(Chat, body, headers);

    public Task<Answer> PostAsync(string path, string body, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, body, headers);

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = Request(method, path, body, headers);
        using var response = await http.SendAsync(request);
        return new(response.StatusCode, HeadersOf(response), await response.Content.ReadAsStringAsync());
    }

    public async Task<StreamedAnswer> StreamAsync(string body, string path = Chat, params (string Name, string Value)[] headers)
    {
        using var request = Request(HttpMethod.Post, path, body, headers);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var bytes = new MemoryStream();
        Exception? broken = null;
        try
        {
            await response.Content.CopyToAsync(bytes);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            broken = e;
        }

        return new(response.StatusCode, HeadersOf(response), bytes.ToArray(), broken);
    }

    /// <summary>Opens a stream and hands it over after its head, for tests that leave in the middle.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string body, string path = Chat, CancellationToken cancellationToken = default, params (string Name, string Value)[] headers)
    {
        using var request = Request(HttpMethod.Post, path, body, headers);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string? body, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key.Length > 0)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers).ToDictionary(static h => h.Key, static h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
}
