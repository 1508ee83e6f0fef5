namespace Gateway.Config.Yaml;

/// <summary>A value of a YAML document and where it stands. Anchored nodes are shared, not copied.</summary>
/// <param name="Mark">Where the value begins; for what an alias stands for, where the anchor is.</param>
internal abstract record YamlNode(Mark Mark)
{
    /// <summary>What it is, for messages: <c>a list</c>.</summary>
    public abstract string Noun { get; }
}

/// <param name="Text">As written, quotes and escapes undone, variables not yet replaced.</param>
/// <param name="IsPlain">Written without quotes: only then it can be a number, a boolean or nothing.</param>
internal sealed record YamlScalar(string Text, bool IsPlain, Mark Mark) : YamlNode(Mark)
{
    public bool IsNull => IsPlain && Text is ("" or "~" or "null" or "Null" or "NULL");

    public override string Noun => IsNull ? "nothing" : "a single value";
}

internal sealed record YamlSequence(IReadOnlyList<YamlNode> Items, Mark Mark) : YamlNode(Mark)
{
    public override string Noun => "a list";
}

internal readonly record struct YamlEntry(YamlScalar Key, YamlNode Value);

/// <param name="Entries">In the order of the file, merged ones last; no key stands twice.</param>
internal sealed record YamlMapping(IReadOnlyList<YamlEntry> Entries, Mark Mark) : YamlNode(Mark)
{
    public override string Noun => "a mapping (key: value)";
}
