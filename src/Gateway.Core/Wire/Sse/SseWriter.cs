using System.Buffers;

namespace Gateway.Core.Wire.Sse;

/// <summary>Writes server-sent events the way OpenAI frames them: one <c>data:</c> line, nothing else.</summary>
public static class SseWriter
{
    /// <param name="json">Compact JSON: a line break in it would end the event.</param>
    public static void WriteEvent(IBufferWriter<byte> output, ReadOnlySpan<byte> json)
    {
        output.Write("data: "u8);
        output.Write(json);
        output.Write("\n\n"u8);
    }
}
