using System.Buffers;
using System.Text.Json;

namespace Gateway.Admin.Export;

/// <summary>JSON objects, one a line.</summary>
internal readonly struct JsonLineWriter(IBufferWriter<byte> output)
{
    public void Write(Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(output))
            write(json);
        output.Write("\n"u8);
    }
}
