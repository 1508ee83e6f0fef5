using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Yaml;

namespace Gateway.Config.Values;

/// <summary>One value, or a list of them: <c>gold</c> is <c>[gold]</c>.</summary>
/// <param name="noun">With both: <c>a tag or a list of tags</c>.</param>
/// <param name="max">Values it may have.</param>
internal sealed class OneOrMoreKind<T>(string noun, ValueKind<T> item, int max) : ValueKind<IReadOnlyList<T>>
{
    private readonly ListKind<T> _list = new(noun, item) { Min = 1, Max = max };

    public override string Noun => noun;

    public override string? Json(IReadOnlyList<T> value) => _list.Json(value);

    public override void WriteSchema(SchemaWriter schema)
    {
        schema.Json.WriteStartArray("anyOf");
        schema.Json.WriteStartObject();
        item.WriteSchema(schema);
        schema.Json.WriteEndObject();
        schema.Json.WriteStartObject();
        _list.WriteSchema(schema);
        schema.Json.WriteEndObject();
        schema.Json.WriteEndArray();
    }

    public override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out IReadOnlyList<T> value)
    {
        if (node is not YamlScalar { IsNull: false }) return _list.TryBind(node, context, out value);
        value = item.TryBind(node, context, out var one) ? [one] : null;
        return value is not null;
    }
}
