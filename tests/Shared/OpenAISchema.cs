using System.Text.Json;

namespace Gateway.TestSupport;

/// <summary>
/// OpenAI's published API schema as a test oracle. Real answers of OpenAI fail its letter, so it is relaxed exactly as <c>shared/spec/validate.mjs</c> does it,
/// under which every recorded answer of OpenAI is valid.
/// </summary>
internal static class OpenAISchema
{
    private const string Prefix = "#/components/schemas/";

    private static readonly string File = Path.Combine(SharedFolder.Root, "spec", "openai-openapi.json");

    /// <summary>Never null in a real answer; every other property may be.</summary>
    private static readonly HashSet<string> NeverNull =
    [
        "id", "object", "created", "created_at", "choices", "index", "message", "delta", "data", "embedding", "type", "output", "item", "part", "response",
        "sequence_number", "output_index", "content_index",
    ];

    /// <summary>Required by the letter, absent in real answers.</summary>
    private static readonly HashSet<string> OftenAbsent =
    [
        "logprobs", "refusal", "cache_write_tokens", "category_applied_input_types", "illicit", "illicit/violent", "detail", "strict", "instructions", "metadata",
        "parallel_tool_calls", "temperature", "top_p", "tool_choice", "tools", "incomplete_details", "error", "action", "name",
    ];

    private static readonly Lazy<Oracle> Relaxed = new(() => new Oracle(new SchemaRelaxations
    {
        MayBeNull = static name => !NeverNull.Contains(name),
        MayBeAbsent = OftenAbsent.Contains,
        MayBeText = static name => name == "embedding", // base64
        OneOfIsAnyOf = true,
        Unchecked = new HashSet<string> { Prefix + "ServiceTier" },
    }));

    /// <summary>False where the specification is not at hand: the test then skips with the reason.</summary>
    public static bool IsAvailable(out string reason)
    {
        reason = System.IO.File.Exists(File) ? "" : $"OpenAI's specification is not at {File}; set GATEWAY_SHARED to the folder that holds spec/openai-openapi.json";
        return reason.Length == 0;
    }

    /// <summary>What is wrong with a reply, a chunk or a request; empty: it is valid.</summary>
    /// <param name="schemaName">A name of <c>components.schemas</c>, <c>CreateChatCompletionStreamResponse</c> say. <c>ResponseStreamEvent</c> is picked by the event's <c>type</c>.</param>
    public static IReadOnlyList<string> Validate(string schemaName, ReadOnlySpan<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            return [$"no JSON: {e.Message}"];
        }

        using (document)
            return Relaxed.Value.Validate(schemaName, document.RootElement);
    }

    private sealed class Oracle
    {
        private readonly JsonSchemaDocument _schemas;
        private readonly Dictionary<string, string> _eventSchemas = [];

        public Oracle(SchemaRelaxations relaxations)
        {
            var root = JsonDocument.Parse(System.IO.File.ReadAllBytes(File)).RootElement;
            _schemas = new JsonSchemaDocument(root, relaxations);
            var all = root.GetProperty("components").GetProperty("schemas");
            foreach (var alternative in all.GetProperty("ResponseStreamEvent").GetProperty("anyOf").EnumerateArray())
            {
                var pointer = alternative.GetProperty("$ref").GetString()!;
                var type = all.GetProperty(pointer[Prefix.Length..]).GetProperty("properties").GetProperty("type");
                foreach (var value in type.GetProperty("enum").EnumerateArray())
                    _eventSchemas[value.GetString()!] = pointer;
            }
        }

        public List<string> Validate(string schemaName, JsonElement value)
        {
            var errors = new List<string>();
            if (Pointer(schemaName, value) is { } pointer) _schemas.At(pointer).Check(value, "", errors);
            else errors.Add("/type: an event the specification does not know");
            return errors;
        }

        private string? Pointer(string schemaName, JsonElement value)
        {
            if (schemaName != "ResponseStreamEvent") return Prefix + schemaName;
            return value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                && _eventSchemas.TryGetValue(type.GetString()!, out var pointer) ? pointer : null;
        }
    }
}
