using System.Text.Json;

namespace Gateway.Providers.Demo.Model;

/// <summary>All the JSON schemas that apply to one value: the schema itself, what it refers to, its <c>allOf</c>, and one branch of its alternatives.</summary>
internal sealed class DemoSchema
{
    /// <summary>More than this is a circle of references.</summary>
    private const int MaxParts = 64;

    private readonly List<JsonElement> _parts = [];
    private readonly JsonElement _root;
    private readonly bool _shallow;

    /// <param name="root">What references start from.</param>
    /// <param name="shallow">Prefer the alternative that ends soonest: a schema that contains itself must end somewhere.</param>
    public DemoSchema(IEnumerable<JsonElement> schemas, JsonElement root, bool shallow)
    {
        _root = root;
        _shallow = shallow;
        foreach (var schema in schemas) Add(schema);
    }

    /// <summary>No value is valid, or none that is finite.</summary>
    public bool IsImpossible { get; private set; }

    /// <summary>The first value of a keyword.</summary>
    public JsonElement? Find(string keyword)
    {
        foreach (var part in _parts)
            if (part.TryGetProperty(keyword, out var value)) return value;
        return null;
    }

    public string? FindText(string keyword) => Find(keyword) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public bool FindFlag(string keyword) => Find(keyword) is { ValueKind: JsonValueKind.True };

    /// <summary>Every value of a keyword that is a number.</summary>
    public IEnumerable<decimal> Numbers(string keyword)
    {
        foreach (var part in _parts)
            if (part.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number)) yield return number;
    }

    public int Least(string keyword) => (int)Math.Clamp(Numbers(keyword).DefaultIfEmpty(0).Max(), 0, int.MaxValue);

    public int Most(string keyword) => (int)Math.Clamp(Numbers(keyword).DefaultIfEmpty(int.MaxValue).Min(), 0, int.MaxValue);

    /// <summary>Names that must be there, in the order of the properties.</summary>
    public List<string> Required()
    {
        var names = new List<string>();
        foreach (var part in _parts)
            if (part.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array)
                names.AddRange(required.EnumerateArray().Where(static n => n.ValueKind == JsonValueKind.String).Select(static n => n.GetString()!));
        var order = Properties();
        return [.. names.Distinct().OrderBy(n => order.IndexOf(n) is var at and >= 0 ? at : int.MaxValue)];
    }

    public List<string> Properties() =>
        [.. Objects("properties").SelectMany(static p => p.EnumerateObject()).Select(static p => p.Name).Distinct()];

    /// <summary>Everything that is said of a member.</summary>
    public IEnumerable<JsonElement> Property(string name)
    {
        foreach (var part in _parts)
        {
            if (part.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var schema))
                yield return schema;
            else if (part.TryGetProperty("additionalProperties", out var additional))
                yield return additional;
        }
    }

    /// <summary>Everything that is said of an item.</summary>
    public IEnumerable<JsonElement> Item(int index)
    {
        foreach (var part in _parts)
        {
            if (part.TryGetProperty("prefixItems", out var prefix) && prefix.ValueKind == JsonValueKind.Array && index < prefix.GetArrayLength()) yield return prefix[index];
            else if (part.TryGetProperty("items", out var items)) yield return items;
        }
    }

    /// <summary>The type to give, <c>null</c> only where nothing else is allowed or the schema is to end here.</summary>
    public string Type()
    {
        if (Find("type") is { } type)
        {
            if (type.ValueKind == JsonValueKind.String) return type.GetString()!;
            if (type.ValueKind != JsonValueKind.Array) return "null";
            var names = type.EnumerateArray().Where(static t => t.ValueKind == JsonValueKind.String).Select(static t => t.GetString()!).ToList();
            if (_shallow && names.Contains("null")) return "null";
            return names.Find(static n => n != "null") ?? "null";
        }

        if (Find("properties") is not null || Find("required") is not null || Find("additionalProperties") is not null) return "object";
        if (Find("items") is not null || Find("prefixItems") is not null || Find("minItems") is not null) return "array";
        return Find("minimum") is not null || Find("maximum") is not null || Find("multipleOf") is not null ? "number" : "string";
    }

    private IEnumerable<JsonElement> Objects(string keyword)
    {
        foreach (var part in _parts)
            if (part.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.Object) yield return value;
    }

    private void Add(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.False || _parts.Count >= MaxParts) IsImpossible = true;
        if (schema.ValueKind != JsonValueKind.Object || IsImpossible) return;
        _parts.Add(schema);
        if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String && Resolve(reference.GetString()!) is { } target) Add(target);
        if (schema.TryGetProperty("allOf", out var all) && all.ValueKind == JsonValueKind.Array)
            foreach (var each in all.EnumerateArray()) Add(each);
        foreach (var keyword in (ReadOnlySpan<string>)["anyOf", "oneOf"])
            if (schema.TryGetProperty(keyword, out var some) && some.ValueKind == JsonValueKind.Array && some.GetArrayLength() > 0) Add(Branch(some));
    }

    private JsonElement Branch(JsonElement alternatives)
    {
        var possible = alternatives.EnumerateArray().Where(static a => a.ValueKind != JsonValueKind.False).DefaultIfEmpty(alternatives[0]).ToList();
        return _shallow ? possible.MinBy(Depth) : possible.OrderBy(static a => IsNull(a)).First();
    }

    private static int Depth(JsonElement schema)
    {
        if (IsNull(schema)) return 0;
        if (schema.ValueKind != JsonValueKind.Object) return 1;
        return schema.TryGetProperty("$ref", out _) || schema.TryGetProperty("properties", out _) || schema.TryGetProperty("items", out _) ? 2 : 1;
    }

    private static bool IsNull(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("null");

    private JsonElement? Resolve(string reference)
    {
        if (!reference.StartsWith('#')) return null;
        var at = _root;
        foreach (var step in reference[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)) return null;
        }

        return at;
    }
}
