namespace Gateway.Config.Binding;

/// <summary>A mapping with a fixed set of keys.</summary>
internal interface IRecordKind
{
    /// <summary>Its name among the schema's definitions: <c>target</c>.</summary>
    string Name { get; }

    IReadOnlyList<Key> Keys { get; }

    /// <summary>Keys of the contract that this version does not have yet.</summary>
    IReadOnlyList<string> NotYet { get; }
}
