namespace Gateway.Config;

/// <summary>A value that must not be shown. Printing, formatting or logging it gives <c>***</c>; only <see cref="Reveal"/> gives the value.</summary>
public sealed class Secret(string value) : IEquatable<Secret>
{
    public string Reveal() => value;

    public override string ToString() => "***";

    public bool Equals(Secret? other) => other is not null && value == other.Reveal();

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);
}
