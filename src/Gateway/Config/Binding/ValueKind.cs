using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Schema;
using Gateway.Config.Yaml;

namespace Gateway.Config.Binding;

/// <summary>A kind of value that can stand in the file: it describes itself for schema and documentation.</summary>
internal abstract class ValueKind
{
    /// <summary>For messages and tables, with its article: <c>a duration</c>.</summary>
    public abstract string Noun { get; }

    /// <summary>The record below (a list's: its items'), or null.</summary>
    public virtual IRecordKind? Record => null;

    /// <summary>Writes the members of its JSON schema into the object that is open.</summary>
    public abstract void WriteSchema(SchemaWriter schema);
}

/// <inheritdoc cref="ValueKind"/>
internal abstract class ValueKind<T> : ValueKind
{
    /// <summary>Binds a node; false: it could not, and every reason was reported.</summary>
    public abstract bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out T value);

    /// <summary>A value as the file would say it, in JSON (which is YAML); null where that is of no use.</summary>
    public virtual string? Json(T value) => null;
}
