using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Pipeline;

namespace Gateway.Admin;

/// <summary>Reads the JSON object that a change is sent as.</summary>
internal static class AdminBody
{
    /// <remarks>1 MiB: the longest allow-list anybody needs is a fraction of it.</remarks>
    private const int MaxBytes = 1024 * 1024;

    private static readonly string[] Types = ["application/json", "application/merge-patch+json"];

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

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
            if (Twice(document.RootElement) is { } place)
                return BodyScan.Twice(place);
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

    /// <summary>As JSON readers in other places could read a member that stands twice otherwise, it is refused.</summary>
    /// <returns>Its place, such as <c>body.messages[1].role</c>; null: there is none.</returns>
    /// <exception cref="InvalidOperationException">Half of a surrogate pair, which no store can hold, stands somewhere.</exception>
    private static string? Twice(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in json.EnumerateObject())
                {
                    if (!names.Add(member.Name))
                        return Shown(member.Name);
                    if (Twice(member.Value) is { } inside)
                        return inside.StartsWith('[') ? Shown(member.Name) + inside : $"{Shown(member.Name)}.{inside}";
                }
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in json.EnumerateArray())
                {
                    if (Twice(item) is { } inside)
                        return inside.StartsWith('[') ? $"[{index}]{inside}" : $"[{index}].{inside}";
                    index++;
                }
                break;
            case JsonValueKind.String:
                _ = json.GetString();
                break;
        }
        return null;
    }

    /// <summary>Names are the sender's, and as long as it likes.</summary>
    private static string Shown(string name) => name.Length <= 64 ? name : name[..(char.IsHighSurrogate(name[63]) ? 63 : 64)];

    private static GatewayError TooLarge() => new(ErrorKind.BodyTooLarge, $"The body has more than {MaxBytes} bytes.");
}
