using System.Text.Json;

namespace Gateway.Core.Wire.OpenAI;

/// <summary>Thrown by a converter at a value it cannot read; the serializer adds where, <see cref="OpenAIRequest"/> turns it into the client's answer.</summary>
/// <param name="expectation">Goes on after the field's name: "must be a string".</param>
internal sealed class WireFormatException(string expectation) : JsonException(expectation)
{
    public string Expectation { get; } = expectation;
}
