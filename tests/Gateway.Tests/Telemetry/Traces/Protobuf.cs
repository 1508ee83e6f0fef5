using System.Buffers.Binary;
using System.Text;

namespace Gateway.Tests.Telemetry.Traces;

/// <summary>As much of protobuf as reading OTLP takes: fields by number, in order.</summary>
internal sealed class Protobuf
{
    private readonly List<(int Field, byte[] Bytes, ulong Number)> _fields = [];

    public Protobuf(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0: _fields.Add((field, [], Varint(ref message))); break;
                case 1: _fields.Add((field, [], BinaryPrimitives.ReadUInt64LittleEndian(message))); message = message[8..]; break;
                case 5: _fields.Add((field, [], BinaryPrimitives.ReadUInt32LittleEndian(message))); message = message[4..]; break;
                case 2:
                    var length = (int)Varint(ref message);
                    _fields.Add((field, message[..length].ToArray(), 0));
                    message = message[length..];
                    break;
                default: throw new InvalidDataException($"wire type {tag & 7}");
            }
        }
    }

    public IEnumerable<Protobuf> All(int field) => _fields.Where(f => f.Field == field).Select(static f => new Protobuf(f.Bytes));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public byte[] Bytes(int field) => _fields.LastOrDefault(f => f.Field == field).Bytes ?? [];

    public ulong Number(int field) => _fields.LastOrDefault(f => f.Field == field).Number;

    public bool Has(int field) => _fields.Exists(f => f.Field == field);

    /// <summary>OTLP's KeyValue list as text.</summary>
    public Dictionary<string, string> Attributes(int field) => All(field).ToDictionary(static a => a.Text(1), static a => Value(a.All(2).First()));

    private static string Value(Protobuf any) =>
        any.Has(1) ? any.Text(1)
        : any.Has(2) ? (any.Number(2) == 1 ? "true" : "false")
        : any.Has(3) ? ((long)any.Number(3)).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : any.Has(4) ? BitConverter.UInt64BitsToDouble(any.Number(4)).ToString("R", System.Globalization.CultureInfo.InvariantCulture)
        : any.Has(5) ? "[" + string.Join(',', any.All(5).SelectMany(static l => l.All(1)).Select(Value)) + "]"
        : "";

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
