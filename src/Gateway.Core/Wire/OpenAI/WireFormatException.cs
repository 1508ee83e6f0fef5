using System.Text.Json;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>Thrown by a converter at a value it cannot read; the serializer adds where, <see cref="OpenAIRequest"/> turns it into the client's answer.</summary>
/// <param name="expectation">Goes on after the field's name: "must be a string".</param>
/// <param name="below">Where under the converter's own value: <c>[0].type</c>.</param>
internal sealed class WireFormatException(string expectation, string below = "") : JsonException(expectation)
{
    public const string WrongType = "has a value of the wrong type";

    public string Expectation { get; } = expectation;

    public string Below { get; } = below;

    /// <summary>An error of a serializer that the converter started itself: it knows the way from the converter's value on only.</summary>
    public static WireFormatException From(JsonException inner) =>
        new((inner as WireFormatException)?.Expectation ?? WrongType, inner.Path is ['$', .. var below] ? below + (inner as WireFormatException)?.Below : "");
}
