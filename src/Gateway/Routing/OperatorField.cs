using Gateway.Pipeline;

namespace Gateway.Routing;

/// <summary>A request field the operator sets for a model: a default (<c>params</c>) or one that wins over the client's (<c>override</c>).</summary>
/// <param name="Name">UTF-8.</param>
/// <param name="Value">One JSON value.</param>
/// <param name="Member">The whole member with a comma behind it, ready to be inserted.</param>
internal sealed record OperatorField(byte[] Name, byte[] Value, byte[] Member, bool Wins)
{
    public static OperatorField Create(string name, ReadOnlySpan<byte> value, bool wins) =>
        new(System.Text.Encoding.UTF8.GetBytes(name), value.ToArray(), [.. JsonBytes.Quote(name), (byte)':', .. value, (byte)','], wins);
}
