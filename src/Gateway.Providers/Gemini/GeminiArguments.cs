using System.Text;
using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Gemini;

/// <summary>
/// The arguments of a call, put together from pieces that say where in the object they belong: <c>{"jsonPath":"$.items[0].name","stringValue":"ap","willContinue":true}</c>. They reach the
/// client when the call is whole: the pieces may come in any order, those of OpenAI's format not.
/// </summary>
internal sealed class GeminiArguments
{
    /// <summary>No call has a list as long as this: a wrong index must not fill the memory.</summary>
    private const int LongestList = 10_000;

    /// <summary>A value is one of these two, a text, a <see cref="JsonElement"/>, or null.</summary>
    private readonly Dictionary<string, object?> _root = new(StringComparer.Ordinal);

    private readonly StringBuilder _text = new();
    private string? _open;

    /// <param name="pieces">A JSON array, or nothing.</param>
    public void Add(ReadOnlySpan<byte> pieces)
    {
        if (pieces.IsEmpty) return;
        var reader = new Utf8JsonReader(pieces);
        using var json = JsonDocument.ParseValue(ref reader);
        if (json.RootElement.ValueKind != JsonValueKind.Array) return;
        foreach (var piece in json.RootElement.EnumerateArray()) Add(piece);
    }

    /// <summary>The object as JSON.</summary>
    public override string ToString()
    {
        CloseText();
        return Encoding.UTF8.GetString(RequestJson.Write(_root, 256, static (json, root) => WriteMembers(json, root)).Span);
    }

    private void Add(JsonElement piece)
    {
        if (piece.ValueKind != JsonValueKind.Object || !piece.TryGetProperty("jsonPath", out var at) || at.ValueKind != JsonValueKind.String) return;
        var path = at.GetString()!;
        if (path != _open) CloseText();
        if (piece.TryGetProperty("stringValue", out var text) && text.ValueKind == JsonValueKind.String)
        {
            _open = path;
            _text.Append(text.GetString());
            if (!piece.TryGetProperty("willContinue", out var more) || more.ValueKind != JsonValueKind.True) CloseText();
        }
        else if (piece.TryGetProperty("numberValue", out var value) || piece.TryGetProperty("boolValue", out value))
        {
            Set(path, value.Clone());
        }
        else if (piece.TryGetProperty("nullValue", out _))
        {
            Set(path, null);
        }
    }

    private void CloseText()
    {
        if (_open is { } path) Set(path, _text.ToString());
        _open = null;
        _text.Clear();
    }

    private void Set(string path, object? value)
    {
        var steps = GeminiPath.Steps(path);
        object? at = _root;
        for (var i = 0; i < steps.Count && at is not null; i++)
        {
            var isLast = i == steps.Count - 1;
            var next = isLast ? value : Child(at, steps[i]) ?? NewFor(steps[i + 1]);
            at = Put(at, steps[i], next) && !isLast ? next : null;
        }
    }

    private static object NewFor(object step) => step is int ? new List<object?>() : new Dictionary<string, object?>(StringComparer.Ordinal);

    private static object? Child(object at, object step) => (at, step) switch
    {
        (Dictionary<string, object?> members, string name) => members.GetValueOrDefault(name),
        (List<object?> items, int index) when index < items.Count => items[index],
        _ => null,
    };

    /// <returns>False where the path goes through a value that has no members.</returns>
    private static bool Put(object at, object step, object? value)
    {
        switch (at, step)
        {
            case (Dictionary<string, object?> members, string name):
                members[name] = value;
                return true;
            case (List<object?> items, int index) when index < LongestList:
                while (items.Count <= index) items.Add(null);
                items[index] = value;
                return true;
            default:
                return false;
        }
    }

    private static void WriteMembers(Utf8JsonWriter json, Dictionary<string, object?> members)
    {
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            WriteValue(json, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case Dictionary<string, object?> members:
                json.WriteStartObject();
                WriteMembers(json, members);
                json.WriteEndObject();
                return;
            case List<object?> items:
                json.WriteStartArray();
                foreach (var item in items) WriteValue(json, item);
                json.WriteEndArray();
                return;
            case JsonElement element:
                element.WriteTo(json);
                return;
            default:
                json.WriteStringValue((string?)value);
                return;
        }
    }
}
