using System.Text.Json;
using Gateway.Core.Errors;

namespace Gateway.Admin;

/// <summary>Reads the JSON object that a change is sent as.</summary>
internal static class AdminBody
{
    /// <remarks>1 MiB: the longest allow-list anybody needs is a fraction of it.</remarks>
    private const int MaxBytes = 1024 * 1024;

    private static readonly string[] Types = ["application/json", "application/merge-patch+json"];

    /// <summary>As JSON readers in other places could read a member that stands twice otherwise, it is refused.</summary>
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <param name="optional">An empty body is an empty object.</param>
    public static async Task<Outcome<JsonElement>> ReadAsync(HttpRequest request, bool optional = false)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        if (type is not null && !Types.Contains(type, StringComparer.OrdinalIgnoreCase))
            return new GatewayError(ErrorKind.UnsupportedMediaType, "Send JSON: Content-Type: application/json.");
        if (request.ContentLength > MaxBytes)
            return TooLarge();
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (var read = 0; (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;)
        {
            body.Write(buffer.AsSpan(0, read));
            if (body.Length > MaxBytes)
                return TooLarge();
        }
        return body.Length == 0 && optional ? Parse("{}"u8.ToArray()) : Parse(body.ToArray());
    }

    private static Outcome<JsonElement> Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return new GatewayError(ErrorKind.InvalidRequest, "The body must be a JSON object.");
            RequireText(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            return new GatewayError(ErrorKind.InvalidRequest, $"The body is no JSON object: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            return new GatewayError(ErrorKind.InvalidRequest, "The body has a text that is no valid Unicode.");
        }
    }

    /// <exception cref="InvalidOperationException">Half of a surrogate pair, which no store can hold, stands somewhere.</exception>
    private static void RequireText(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    _ = member.Name;
                    RequireText(member.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                    RequireText(item);
                break;
            case JsonValueKind.String:
                _ = json.GetString();
                break;
        }
    }

    private static GatewayError TooLarge() => new(ErrorKind.BodyTooLarge, $"The body has more than {MaxBytes} bytes.");
}
