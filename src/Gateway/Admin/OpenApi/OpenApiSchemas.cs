using System.Text.Json;
using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Shapes;
using Gateway.Entities;
using Gateway.Prompts.Store;

namespace Gateway.Admin.OpenApi;

/// <summary>The components: what gateway.yaml has too is written from the tables that bind it, the rest stands in components.json.</summary>
internal static class OpenApiSchemas
{
    private const string Resource = "admin-components.json";

    private static readonly Dictionary<string, IRecordKind> Records = new(StringComparer.Ordinal)
    {
        [EntityKinds.Key] = KeyShape.Kind,
        [EntityKinds.Team] = TeamShape.Kind,
        [EntityKinds.Token] = AdminToken.Kind,
        [EntityKinds.Raise] = BudgetRaise.Kind,
        [EntityKinds.Prompt] = StoredPromptShape.Kind,
        ["prompt_version"] = StoredVersionShape.Kind,
    };

    public static void Write(Utf8JsonWriter json)
    {
        using var stream = typeof(OpenApiSchemas).Assembly.GetManifestResourceStream(Resource)!;
        using var components = JsonDocument.Parse(stream);
        json.WriteStartObject("schemas"u8);
        foreach (var schema in components.RootElement.GetProperty("schemas").EnumerateObject())
            schema.WriteTo(json);
        var writer = SchemaWriter.ForApi(json);
        foreach (var record in components.RootElement.GetProperty("records").EnumerateObject())
            Write(json, writer, record);
        writer.WriteDefinitions();
        json.WriteEndObject();
    }

    /// <param name="record"><c>of</c>: a record of the configuration; <c>without</c>: its keys that the API does not have; <c>properties</c>: what the API has beside them.</param>
    private static void Write(Utf8JsonWriter json, SchemaWriter writer, JsonProperty record)
    {
        var without = record.Value.GetProperty("without").EnumerateArray().Select(static k => k.GetString()).ToList();
        json.WriteStartObject(record.Name);
        json.WriteString("type"u8, "object");
        json.WriteBoolean("additionalProperties"u8, false);
        json.WritePropertyName("required"u8);
        record.Value.GetProperty("required").WriteTo(json);
        json.WriteStartObject("properties"u8);
        foreach (var key in Records[record.Value.GetProperty("of").GetString()!].Keys.Where(k => !without.Contains(k.Name)))
            writer.WriteProperty(key);
        foreach (var property in record.Value.GetProperty("properties").EnumerateObject())
            property.WriteTo(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
