using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Auth;
using Gateway.Hosting;

namespace Gateway.Admin.OpenApi;

/// <summary>Writes the document (OpenAPI 3.1) of the routes that are mapped: what is not in the table is neither served nor described.</summary>
internal sealed class OpenApiDocument
{
    private readonly Utf8JsonWriter _json;

    private OpenApiDocument(Utf8JsonWriter json) => _json = json;

    public static ReadOnlyMemory<byte> Write(IReadOnlyList<AdminRoute> routes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            new OpenApiDocument(json).WriteRoot(routes);
        return buffer.WrittenMemory;
    }

    private void WriteRoot(IReadOnlyList<AdminRoute> routes)
    {
        _json.WriteStartObject();
        _json.WriteString("openapi"u8, "3.1.0");
        _json.WriteStartObject("info"u8);
        _json.WriteString("title"u8, "Gateway admin API");
        _json.WriteString("version"u8, BuildVersion.Text);
        _json.WriteEndObject();
        _json.WriteStartArray("security"u8);
        _json.WriteStartObject();
        _json.WriteStartArray("bearer"u8);
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteStartObject("paths"u8);
        foreach (var path in routes.GroupBy(static r => r.Path))
        {
            _json.WriteStartObject(path.Key);
            foreach (var route in path)
                WriteOperation(route);
            _json.WriteEndObject();
        }
        _json.WriteEndObject();
        _json.WriteStartObject("components"u8);
        _json.WriteStartObject("securitySchemes"u8);
        _json.WriteStartObject("bearer"u8);
        _json.WriteString("type"u8, "http");
        _json.WriteString("scheme"u8, "bearer");
        _json.WriteString("description"u8, "The admin key, or a token with a role.");
        _json.WriteEndObject();
        _json.WriteEndObject();
        OpenApiSchemas.Write(_json);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteOperation(AdminRoute route)
    {
        var operation = route.Operation;
        _json.WriteStartObject(route.Method.ToLowerInvariant());
        _json.WriteString("operationId"u8, operation.Id);
        _json.WriteString("summary"u8, operation.Summary);
        _json.WriteString("description"u8, $"Roles: {string.Join(", ", Enum.GetValues<AdminRoles>().Where(r => int.PopCount((int)r) == 1 && route.Roles.HasFlag(r)).Select(static r => r.ToString().ToLowerInvariant()))}.");
        WriteParameters(route);
        if (operation.Body is { } body)
        {
            _json.WriteStartObject("requestBody"u8);
            _json.WriteBoolean("required"u8, !operation.BodyIsOptional);
            WriteContent(("application/json", body));
            _json.WriteEndObject();
        }
        _json.WriteStartObject("responses"u8);
        WriteAnswer(operation);
        _json.WriteStartObject("default"u8);
        _json.WriteString("description"u8, "What is wrong.");
        WriteContent(("application/json", "error"));
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void WriteParameters(AdminRoute route)
    {
        _json.WriteStartArray("parameters"u8);
        foreach (var name in route.PathParameters)
            WriteParameter("path", name, """{"type":"string"}""", "Of the entry.");
        foreach (var name in route.Operation.Query)
        {
            var (schema, description) = AdminParameters.Describe(name);
            WriteParameter("query", name, schema, description);
        }
        if (route.Operation.TakesRevision)
            WriteParameter("header", "If-Match", """{"type":"string"}""", "The ETag of the revision that the change is made on.");
        _json.WriteEndArray();
    }

    private void WriteParameter(string place, string name, string schema, string description)
    {
        _json.WriteStartObject();
        _json.WriteString("name"u8, name);
        _json.WriteString("in"u8, place);
        _json.WriteBoolean("required"u8, place == "path");
        _json.WriteString("description"u8, description);
        _json.WritePropertyName("schema"u8);
        _json.WriteRawValue(schema);
        _json.WriteEndObject();
    }

    private void WriteAnswer(AdminOperation operation)
    {
        _json.WriteStartObject(operation.Status.ToString(CultureInfo.InvariantCulture));
        _json.WriteString("description"u8, operation.Summary);
        if (operation is { Answer: { } json, Line: { } line })
            WriteContent(("application/json", json), ("application/jsonl", line), ("text/csv", "csv"));
        else if (operation.Answer is { } answer)
            WriteContent(("application/json", answer));
        _json.WriteEndObject();
    }

    private void WriteContent(params ReadOnlySpan<(string Type, string Component)> content)
    {
        _json.WriteStartObject("content"u8);
        foreach (var (type, component) in content)
        {
            _json.WriteStartObject(type);
            _json.WriteStartObject("schema"u8);
            _json.WriteString("$ref"u8, $"#/components/schemas/{component}");
            _json.WriteEndObject();
            _json.WriteEndObject();
        }
        _json.WriteEndObject();
    }
}
