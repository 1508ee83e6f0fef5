using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Config.Yaml;

/// <summary>
/// Text → nodes, over YamlDotNet's event parser: its object deserializer works by reflection, costs start-up time and loses positions.
/// Anchors, aliases and merge keys (<c>&lt;&lt;</c>) are understood; tags, several documents and keys that are not text are refused.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>Characters of a file; a thousand keys with budgets take about 0.3 million.</summary>
    public const int MaxCharacters = 16 * 1024 * 1024;

    /// <summary>Nodes with every alias written out: an alias bomb is small on disk and endless when walked.</summary>
    public const int MaxNodes = 2_000_000;

    private const int MaxDepth = 64;

    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly ErrorSink _errors;
    private readonly Dictionary<string, (YamlNode Node, int Weight)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;
    private int _depth;

    private YamlReader(string text, ErrorSink errors)
    {
        _scanner = new Scanner(new StringReader(text), skipComments: true);
        _parser = new Parser(_scanner);
        _errors = errors;
    }

    /// <summary>The document's root; null where the text is empty or no YAML, which has then been reported.</summary>
    public static YamlNode? Read(string text, ErrorSink errors)
    {
        if (text.Length > MaxCharacters)
        {
            errors.Add(new(1, 1), $"the file has {text.Length} characters; {MaxCharacters} are the most");
            return null;
        }

        try
        {
            return new YamlReader(text, errors).ReadDocument();
        }
        catch (YamlException e)
        {
            var mark = At(e.Start);
            errors.Add(mark, $"this is not valid YAML: {Printable.Sentence(e.Message)}{VariableHint(text, mark.Line)}");
            return null;
        }
    }

    private YamlNode? ReadDocument()
    {
        Take<StreamStart>();
        if (_parser.Current is StreamEnd)
            return Empty();

        Take<DocumentStart>();
        var root = ReadNode();
        Take<DocumentEnd>();
        if (_parser.Current is DocumentStart second)
            throw Refused(second.Start, "a second document begins here; one file holds one configuration");

        return root is YamlScalar { IsNull: true } ? Empty() : root;
    }

    private YamlNode? Empty()
    {
        _errors.Add(new(1, 1), "the file is empty");
        return null;
    }

    private YamlNode ReadNode()
    {
        var current = _parser.Current!;
        if (current is AnchorAlias alias)
            return ReadAlias(alias);
        if (current is not NodeEvent start)
            throw Refused(current.Start, "a value is missing here");
        if (!start.Tag.IsEmpty && !start.Tag.IsNonSpecific)
            throw Refused(start.Start, "tags (!…) are not supported; put text in quotes instead");
        if (++_depth > MaxDepth)
            throw Refused(start.Start, $"values are nested more than {MaxDepth} deep");

        var before = _nodes;
        Count(1, start.Start);
        YamlNode node = start switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadSequence(),
            _ => ReadMapping(),
        };
        _depth--;
        // Registered when complete: an alias inside its own anchor finds nothing, so there are no cycles.
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor.Value] = (node, _nodes - before);
        return node;
    }

    private YamlNode ReadAlias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var anchor))
            throw Refused(alias.Start, $"'*{Printable.Shorten(alias.Value.Value)}' has no anchor '&{Printable.Shorten(alias.Value.Value)}' before it");
        Count(anchor.Weight, alias.Start);
        Advance();
        return anchor.Node;
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        Advance();
        return new(scalar.Value, scalar.Style == ScalarStyle.Plain, At(scalar.Start));
    }

    private YamlSequence ReadSequence()
    {
        var mark = At(Take<SequenceStart>().Start);
        var items = new List<YamlNode>();
        while (_parser.Current is not SequenceEnd)
        {
            _errors.Push(items.Count);
            items.Add(ReadNode());
            _errors.Pop();
        }

        Take<SequenceEnd>();
        return new(items, mark);
    }

    private YamlMapping ReadMapping()
    {
        var mark = At(Take<MappingStart>().Start);
        var entries = new YamlEntries();
        while (_parser.Current is not MappingEnd)
        {
            var key = ReadKey();
            _errors.Push(key.Text);
            var value = ReadNode();
            if (key is { IsPlain: true, Text: "<<" })
            {
                if (entries.Merge(value) is { } problem)
                    _errors.Add(value.Mark, problem);
            }
            else if (entries.Add(key, value) is { } first)
            {
                _errors.Add(key.Mark, $"the key stands here a second time (first in line {first.Line})");
            }

            _errors.Pop();
        }

        Take<MappingEnd>();
        return new(entries.Complete(), mark);
    }

    private YamlScalar ReadKey()
    {
        var start = _parser.Current!.Start;
        return ReadNode() is YamlScalar { IsNull: false } key
            ? key
            : throw Refused(start, "a key must be text; write 'key: value' (variables need quotes inside { } and [ ]: \"${NAME}\")");
    }

    private void Count(int nodes, YamlDotNet.Core.Mark mark)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
            throw Refused(mark, $"the file holds more than {MaxNodes} values, aliases written out");
    }

    private T Take<T>()
        where T : ParsingEvent
    {
        if (_parser.Current is null)
            Advance();
        if (_parser.Current is not T current)
            throw Refused(_parser.Current?.Start ?? YamlDotNet.Core.Mark.Empty, "the document ends too early");
        Advance();
        return current;
    }

    private void Advance()
    {
        try
        {
            _parser.MoveNext();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // YamlDotNet 16.3 lets these escape for some malformed text ("\UFFFFFFFF", a stray ':' in a flow mapping): found by mutation.
            throw Refused(_scanner.CurrentPosition, "this cannot be read");
        }
    }

    private static YamlException Refused(in YamlDotNet.Core.Mark mark, string message) => new(mark, mark, message);

    private static Mark At(in YamlDotNet.Core.Mark mark) => new((int)Math.Max(mark.Line, 1), (int)Math.Max(mark.Column, 1));

    /// <summary>The commonest stumble: <c>{ api_key: ${KEY} }</c>, where YAML takes the brace for its own.</summary>
    private static string VariableHint(string text, int line)
    {
        var number = 1;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            if (number++ == line)
                return text.AsSpan()[range].Contains("${", StringComparison.Ordinal) ? " (inside { } and [ ] a variable needs quotes: \"${NAME}\")" : "";
        }

        return "";
    }
}
