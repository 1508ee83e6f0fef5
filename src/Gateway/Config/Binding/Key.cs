using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Yaml;

namespace Gateway.Config.Binding;

/// <summary>One key of the file: what binds it also describes it, in config/gateway.schema.json and in docs/configuration.md.</summary>
internal abstract class Key(string name, string description)
{
    public string Name => name;

    /// <summary>One or two sentences for an operator, with the unit.</summary>
    public string Description => description;

    public bool Required { get; init; }

    /// <summary>A change is taken in at the next start (<see cref="RestartOnly"/>).</summary>
    public bool AtNextStart { get; init; }

    /// <summary>Its place in the record's table; set once, by <see cref="RecordKind{T}"/>.</summary>
    public int Index { get; set; } = -1;

    public abstract ValueKind Kind { get; }

    /// <summary>The default as the file would say it, in JSON; null: there is none, or it says nothing.</summary>
    public abstract string? DefaultJson { get; }
}

/// <inheritdoc cref="Key"/>
internal sealed class Key<T>(string name, ValueKind<T> kind, string description) : Key(name, description)
{
    private readonly T? _default;
    private readonly bool _hasDefault;

    /// <summary>What holds where the key is absent; taken from the record, so that it stands in one place.</summary>
    [MaybeNull]
    public T Default
    {
        get => _default;
        init => (_default, _hasDefault) = (value, true);
    }

    public override ValueKind Kind => kind;

    public override string? DefaultJson => _hasDefault && _default is not null ? kind.Json(_default) : null;

    public bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out T value) => kind.TryBind(node, context, out value);
}
