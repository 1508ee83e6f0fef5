using System.Buffers;
using System.Text;
using Gateway.Core.Money;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Reply;

/// <summary>The chunk with the stream's usage, kept back so that the cost can stand in it.</summary>
internal sealed class UsageChunk
{
    private readonly byte[] _data;
    private readonly int _usageEnd;

    /// <param name="data">The event's data.</param>
    /// <param name="usage">Where the usage object stands in it.</param>
    public UsageChunk(ReadOnlySpan<byte> data, ByteRange usage)
    {
        _data = data.ToArray();
        _usageEnd = usage.Offset + usage.Length;
    }

    /// <param name="cost">Null: the chunk as it came, because it was not the last.</param>
    public void Write(IBufferWriter<byte> client, NanoUsd? cost)
    {
        client.Write("data: "u8);
        if (cost is { } known)
        {
            var brace = _usageEnd - 1;
            client.Write(_data.AsSpan(0, brace));
            client.Write(Encoding.ASCII.GetBytes($",\"cost_usd\":{known}"));
            client.Write(_data.AsSpan(brace));
        }
        else
        {
            client.Write(_data);
        }

        client.Write("\n\n"u8);
    }
}
