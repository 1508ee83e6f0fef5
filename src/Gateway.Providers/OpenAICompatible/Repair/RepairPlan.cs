using System.Buffers;

namespace Gateway.Providers.OpenAICompatible.Repair;

/// <summary>Changes to a JSON text in the order of their places. Without any, the text stays what it is; its other bytes do in any case.</summary>
internal sealed class RepairPlan
{
    private readonly List<(int Start, int End, int Text)> _edits = [];
    private readonly ArrayBufferWriter<byte> _texts = new();

    public bool IsEmpty => _edits.Count == 0;

    public void Clear()
    {
        _edits.Clear();
        _texts.ResetWrittenCount();
    }

    /// <summary>What is written next stands there instead.</summary>
    public RepairPlan Replace(int start, int end)
    {
        _edits.Add((start, end, _texts.WrittenCount));
        return this;
    }

    /// <summary>A further member of an object, in front of its closing brace.</summary>
    /// <param name="brace">Where that stands.</param>
    /// <param name="isFirst">The object was empty; after the call it is not.</param>
    public RepairPlan AddMember(int brace, ref bool isFirst)
    {
        Replace(brace, brace);
        if (!isFirst) Write(","u8);
        isFirst = false;
        return this;
    }

    public RepairPlan Write(ReadOnlySpan<byte> text)
    {
        _texts.Write(text);
        return this;
    }

    public void Apply(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        var from = 0;
        for (var i = 0; i < _edits.Count; i++)
        {
            var (start, end, text) = _edits[i];
            output.Write(json[from..start]);
            output.Write(_texts.WrittenSpan[text..(i + 1 < _edits.Count ? _edits[i + 1].Text : _texts.WrittenCount)]);
            from = end;
        }

        output.Write(json[from..]);
    }
}
