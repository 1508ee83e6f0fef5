using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Yaml;

namespace Gateway.Config.Values;

/// <summary>A mapping whose keys are the user's own, and whose values are all of one kind.</summary>
/// <param name="noun">For messages: <c>a mapping of header names to values</c>.</param>
/// <param name="checkName">What is wrong with a key, as the rest of a sentence that began with it; or null.</param>
internal sealed class MapKind<T>(string noun, Func<string, string?> checkName, ValueKind<T> item) : ValueKind<IReadOnlyDictionary<string, T>>
{
    /// <summary>How keys are told apart.</summary>
    public StringComparer Comparer { get; init; } = StringComparer.Ordinal;

    public override string Noun => noun;

    public override string? Json(IReadOnlyDictionary<string, T> value) => value.Count == 0 ? "{}" : null;

    public override void WriteSchema(SchemaWriter schema)
    {
        schema.Json.WriteString("type", "object");
        schema.Json.WriteStartObject("additionalProperties");
        item.WriteSchema(schema);
        schema.Json.WriteEndObject();
    }

    public override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out IReadOnlyDictionary<string, T> value)
    {
        value = null;
        if (node is not YamlMapping mapping)
        {
            context.Errors.Add(node.Mark, node is YamlScalar { IsNull: true } ? "the key has no value; write {} for none, or remove the line" : $"this must be {noun}, not {node.Noun}");
            return false;
        }

        var entries = new Dictionary<string, T>(mapping.Entries.Count, Comparer);
        foreach (var (key, child) in mapping.Entries)
        {
            context.Errors.Push(key.Text);
            if (checkName(key.Text) is { } problem)
                context.Errors.Add(key.Mark, $"'{Printable.Shorten(key.Text)}' {problem}");
            else if (item.TryBind(child, context, out var bound) && !entries.TryAdd(key.Text, bound))
                context.Errors.Add(key.Mark, $"'{key.Text}' stands here a second time; upper and lower case are the same");
            context.Errors.Pop();
        }

        value = entries;
        return entries.Count == mapping.Entries.Count;
    }
}
