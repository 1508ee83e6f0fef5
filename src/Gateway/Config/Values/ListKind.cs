using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Yaml;

namespace Gateway.Config.Values;

/// <summary>A list whose items are all of one kind.</summary>
/// <param name="noun">What it is a list of, for messages: <c>a list of targets</c>.</param>
internal sealed class ListKind<T>(string noun, ValueKind<T> item) : ValueKind<IReadOnlyList<T>>
{
    /// <summary>Items it must have.</summary>
    public int Min { get; init; }

    /// <summary>Items it may have.</summary>
    public int Max { get; init; } = int.MaxValue;

    public override string Noun => noun;

    public override IRecordKind? Record => item.Record;

    public override string? Json(IReadOnlyList<T> value) => value.Count == 0 ? "[]" : null;

    public override void WriteSchema(SchemaWriter schema)
    {
        schema.Json.WriteString("type", "array");
        if (Min > 0)
            schema.Json.WriteNumber("minItems", Min);
        if (Max < int.MaxValue)
            schema.Json.WriteNumber("maxItems", Max);
        schema.Json.WriteStartObject("items");
        item.WriteSchema(schema);
        schema.Json.WriteEndObject();
    }

    public override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out IReadOnlyList<T> value)
    {
        value = null;
        if (node is not YamlSequence list)
        {
            context.Errors.Add(node.Mark, node is YamlScalar { IsNull: true } ? "the key has no value; write [] for none, or remove the line" : $"this must be {noun}, not {node.Noun}");
            return false;
        }

        if (list.Items.Count < Min || list.Items.Count > Max)
        {
            context.Errors.Add(node.Mark, list.Items.Count < Min ? $"the list is empty; it must have at least {Min}" : $"the list has {list.Items.Count} items; {Max} are the most");
            return false;
        }

        var (items, good) = (new T[list.Items.Count], 0);
        for (var i = 0; i < items.Length; i++)
        {
            context.Errors.Push(i);
            if (item.TryBind(list.Items[i], context, out var bound))
                items[good++] = bound;
            context.Errors.Pop();
        }

        value = items;
        return good == items.Length;
    }
}
