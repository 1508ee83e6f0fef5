using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Schema;
using Gateway.Config.Yaml;

namespace Gateway.Config.Binding;

/// <summary>Binds a mapping with a fixed set of keys to a record.</summary>
internal sealed class RecordKind<T> : ValueKind<T>, IRecordKind
    where T : class
{
    private readonly Key[] _keys;
    private readonly Func<MappingReader, T> _build;
    private readonly Dictionary<string, Key> _byName;

    /// <param name="name">Its name among the schema's definitions.</param>
    /// <param name="keys">Every key, in the order of the documentation.</param>
    /// <param name="build">Makes the record of the values read. It runs for faulty mappings too, to find every error; its result is then thrown away.</param>
    public RecordKind(string name, Key[] keys, Func<MappingReader, T> build)
    {
        (Name, _keys, _build) = (name, keys, build);
        for (var i = 0; i < keys.Length; i++)
            keys[i].Index = i;
        _byName = keys.ToDictionary(static k => k.Name, StringComparer.Ordinal);
    }

    public string Name { get; }

    public override string Noun => "a mapping (key: value)";

    public override IRecordKind Record => this;

    public IReadOnlyList<Key> Keys => _keys;

    public IReadOnlyList<string> NotYet { get; init; } = [];

    public override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out T value)
    {
        value = null;
        if (node is not YamlMapping mapping)
        {
            context.Errors.Add(node.Mark, node is YamlScalar { IsNull: true }
                ? $"the key has no value; its keys are: {AllKeys()}"
                : $"this must be a mapping with the keys {AllKeys()}, not {node.Noun}");
            return false;
        }

        var reader = new MappingReader(mapping, context, new YamlNode?[_keys.Length]);
        foreach (var entry in mapping.Entries)
        {
            if (_byName.TryGetValue(entry.Key.Text, out var key))
                reader.Values[key.Index] = entry.Value;
            else
                reader.Fail(entry.Key.Text, entry.Key.Mark, Unknown(entry.Key.Text));
        }

        foreach (var key in _keys)
        {
            if (key.Required && reader.Values[key.Index] is null)
                reader.Fail(mapping.Mark, $"the key '{key.Name}' is missing: {key.Description}");
        }

        var built = _build(reader);
        if (reader.HasFailed)
            return false;
        value = built;
        return true;
    }

    public override void WriteSchema(SchemaWriter schema) => schema.Reference(this);

    private string Unknown(string name) => NotYet.Contains(name)
        ? "not in this version yet; remove the key"
        : NearestName.Find(name, _byName.Keys) is { } nearest
            ? $"unknown key - did you mean '{nearest}'?"
            : $"unknown key; known here: {AllKeys()}";

    private string AllKeys() => string.Join(", ", _byName.Keys);
}
