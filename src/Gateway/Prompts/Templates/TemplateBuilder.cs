using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Prompts.Templates;

/// <summary>Collects the steps of a template; text that stands together becomes one of them.</summary>
internal sealed class TemplateBuilder
{
    private readonly List<TemplateOp> _ops = [];
    private readonly StringBuilder _text = new();

    /// <summary>Characters of text so far.</summary>
    public int Characters { get; private set; }

    public int Steps => _ops.Count;

    /// <summary>Text of the operator's, which is escaped as the inside of a JSON string has to be.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        _text.Append(text);
        Characters += text.Length;
    }

    public void Value(byte[][] path, int slot)
    {
        Flush();
        _ops.Add(new(TemplateOpKind.Value, [], path, slot, 0));
    }

    /// <returns>For <see cref="Close"/>.</returns>
    public int Open(byte[][] path, int slot, bool isInverted)
    {
        Flush();
        _ops.Add(new(isInverted ? TemplateOpKind.Inverted : TemplateOpKind.Section, [], path, slot, 0));
        return _ops.Count - 1;
    }

    public void Close(int section)
    {
        Flush();
        _ops[section] = _ops[section] with { End = _ops.Count };
    }

    public TemplateOp[] Build()
    {
        Flush();
        return [.. _ops];
    }

    /// <summary>Ends the text that stands together.</summary>
    /// <returns>How many steps there are now.</returns>
    public int Flush()
    {
        if (_text.Length > 0)
        {
            // Relaxed: what goes upstream stands in no page, and a token less for every letter outside ASCII.
            _ops.Add(new(TemplateOpKind.Text, JsonEncodedText.Encode(_text.ToString(), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray(), [], -1, 0));
            _text.Clear();
        }

        return _ops.Count;
    }
}
