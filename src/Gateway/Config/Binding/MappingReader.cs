using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Yaml;

namespace Gateway.Config.Binding;

/// <summary>One mapping being bound: gives each key's value and collects what is wrong with them together.</summary>
internal sealed class MappingReader(YamlMapping node, BindContext context, YamlNode?[] values)
{
    public BindContext Context => context;

    /// <summary>The nodes, at the index of their keys.</summary>
    public YamlNode?[] Values => values;

    /// <summary>Something was reported: the record will not be used.</summary>
    public bool HasFailed { get; private set; }

    public bool Has(Key key) => values[key.Index] is not null;

    /// <summary>The value, or the key's default. Where it is wrong (reported) or required and missing (reported), the default too, which can be null.</summary>
    public T Get<T>(Key<T> key) => TryGet(key, out var value) ? value : key.Default!;

    /// <summary>The value, or null where the key is absent or wrong (reported).</summary>
    public T? GetOrNull<T>(Key<T> key)
        where T : struct => TryGet(key, out var value) ? value : null;

    /// <summary>The value of a name, declared for others to refer to.</summary>
    public string GetName(Key<string> key, NameRegistry names)
    {
        if (!TryGet(key, out var name))
            return "";
        if (names.Declare(name, values[key.Index]!) is { } first)
            Fail(key, $"there is a {names.Noun} of this name already, in line {first.Line}; names must differ");
        return name;
    }

    /// <summary>Blames a reference to a name that is not declared.</summary>
    public void RequireKnown(Key key, string name, NameRegistry names)
    {
        if (!names.Has(name) && !names.IsIncomplete)
            Fail(key, names.Unknown(name, values[key.Index]!));
    }

    /// <summary>Blames a key's value.</summary>
    public void Fail(Key key, string message) => Fail(key.Name, values[key.Index]?.Mark ?? node.Mark, message);

    /// <summary>Blames the mapping as a whole.</summary>
    public void Fail(string message) => Fail(node.Mark, message);

    public void Fail(Mark mark, string message)
    {
        HasFailed = true;
        context.Errors.Add(mark, message);
    }

    public void Fail(string segment, Mark mark, string message)
    {
        context.Errors.Push(segment);
        Fail(mark, message);
        context.Errors.Pop();
    }

    private bool TryGet<T>(Key<T> key, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (values[key.Index] is not { } found)
            return false;
        context.Errors.Push(key.Name);
        var bound = key.TryBind(found, context, out value);
        context.Errors.Pop();
        HasFailed |= !bound;
        return bound;
    }
}
