using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Security;

/// <summary>One place of the admin API that takes a text from outside.</summary>
/// <param name="Make">The body with a text at that place; null: there is none. The number makes names new.</param>
internal sealed record AdminInput(string Method, string Path, string Place, string Name, Func<string, int, JsonNode>? Make)
{
    public override string ToString() => $"{Method} {Path} {Place} {Name}";

    public bool IsReading => Method == "GET";
}

/// <summary>Every place of the admin API that takes a text, read from its own description: a route that comes is in it.</summary>
internal sealed class AdminSurface(JsonElement document)
{
    /// <summary>What makes the rest of a body right, so that it gets as far as the store.</summary>
    private static readonly Dictionary<string, JsonNode> Samples = new()
    {
        ["owner_kind"] = "key",
        ["owner"] = "seed",
        ["period"] = "total",
        ["until"] = "2100-01-01",
        ["expires"] = "2100-01-01",
        ["team"] = "seed",
        ["models"] = new JsonArray("fast"),
        ["budgets"] = new JsonArray(new JsonObject { ["limit"] = 1000000, ["period"] = "total", ["timezone"] = "UTC" }),
        ["metadata"] = new JsonObject { ["note"] = "a note" },
        ["role"] = "manager",
        ["teams"] = new JsonArray("seed"),
        ["amount_usd"] = 0.5,
        ["reason"] = "a reason",
        ["grace"] = "1h",
        ["category"] = "a category",
        ["message"] = "a message",
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "system", ["content"] = "Be kind." }),
        ["variables"] = new JsonArray(new JsonObject { ["name"] = "topic" }),
        ["version"] = 1,
    };

    private JsonElement Paths => document.GetProperty("paths");

    /// <summary>Paths that make something, with a body that does.</summary>
    public IEnumerable<(string Path, Func<int, JsonObject> Body)> Makers()
    {
        foreach (var path in Paths.EnumerateObject())
            if (path.Value.TryGetProperty("post", out var post) && post.GetProperty("responses").TryGetProperty("201", out _) && !path.Name.Contains('{', StringComparison.Ordinal))
                yield return (path.Name, n => Sample(SchemaOf(post), n));
    }

    public IEnumerable<AdminInput> Inputs()
    {
        foreach (var path in Paths.EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var method = operation.Name.ToUpperInvariant();
                foreach (var parameter in operation.Value.GetProperty("parameters").EnumerateArray())
                    yield return new(method, path.Name, parameter.GetProperty("in").GetString()!, parameter.GetProperty("name").GetString()!, Make: Whole(path.Name, method, operation.Value));
                if (!operation.Value.TryGetProperty("requestBody", out _))
                    continue;
                var schema = BodyOf(path.Name, method, operation.Value);
                foreach (var place in Texts(schema, []).Append(["no_such_field"]))
                    yield return new(method, path.Name, "body", string.Join('/', place), (text, n) => With(method == "PATCH" ? [] : Sample(schema, n), place, text));
            }
        }
    }

    private Func<string, int, JsonNode>? Whole(string path, string method, JsonElement operation) =>
        operation.TryGetProperty("requestBody", out _) ? (_, n) => method == "PATCH" ? new JsonObject() : Sample(BodyOf(path, method, operation), n) : null;

    /// <summary>A patch of one is a part of what makes one.</summary>
    private JsonElement BodyOf(string path, string method, JsonElement operation) =>
        SchemaOf(method == "PATCH" ? Paths.GetProperty(path[..path.LastIndexOf('/')]).GetProperty("post") : operation);

    private JsonElement SchemaOf(JsonElement operation) =>
        Resolve(operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema"));

    private JsonElement Resolve(JsonElement schema) => !schema.TryGetProperty("$ref", out var reference) ? schema
        : document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);

    private static JsonObject Sample(JsonElement schema, int number)
    {
        var body = new JsonObject();
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            if (property.Name == "name")
                body["name"] = $"made-{number}";
            else if (Samples.TryGetValue(property.Name, out var sample))
                body[property.Name] = sample.DeepClone();
        }
        return body;
    }

    /// <summary>Where a text may stand: properties, items of lists, members of maps, and their names.</summary>
    private IEnumerable<string[]> Texts(JsonElement schema, string[] at)
    {
        schema = Resolve(schema);
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
                foreach (var text in Texts(property.Value, [.. at, property.Name]))
                    yield return text;
        }
        else if (schema.TryGetProperty("items", out var items))
        {
            foreach (var text in Texts(items, [.. at, "0"]))
                yield return text;
        }
        else if (schema.TryGetProperty("additionalProperties", out var member) && member.ValueKind == JsonValueKind.Object)
        {
            yield return [.. at, "note"];
            yield return [.. at, "{}"];
        }
        else
        {
            // A number or a flag too: whoever is given a text there has to say no.
            yield return at;
        }
    }

    private static JsonObject With(JsonObject body, string[] place, string text)
    {
        JsonNode at = body;
        for (var i = 0; i < place.Length; i++)
        {
            var isLast = i == place.Length - 1;
            var next = isLast ? null : place[i + 1] == "0" ? (JsonNode)new JsonArray() : new JsonObject();
            if (at is JsonArray list)
            {
                if (list.Count == 0)
                    list.Add(next);
                if (isLast)
                    list[0] = text;
                at = list[0]!;
            }
            else if (isLast)
            {
                at[place[i] == "{}" ? text : place[i]] = text;
            }
            else
            {
                at = at[place[i]] ??= next!;
            }
        }
        return body;
    }
}
