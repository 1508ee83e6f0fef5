using System.Collections.Concurrent;
using System.Text;

namespace Gateway.Metering.Pricing;

/// <summary>The models of config/catalog.yaml, which is a resource of this assembly.</summary>
/// <remarks>
/// Loading only notes where each model's line stands; a line is parsed when its model is first asked for. A start with a handful of models so pays for a handful
/// of lines (docs/pricing.md has the figures).
/// </remarks>
public sealed class PriceCatalog
{
    public const string ResourceName = "catalog.yaml";

    private readonly byte[] _text;
    private readonly Dictionary<string, Dictionary<string, Range>> _lines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Kind, string Name), CatalogModel> _parsed = new();

    private PriceCatalog(byte[] text) => _text = text;

    /// <summary>The date of the facts; the price version of ledger rows.</summary>
    public string Version { get; private set; } = "";

    public IEnumerable<string> Kinds => _lines.Keys;

    /// <summary>The catalogue this build carries.</summary>
    public static PriceCatalog LoadEmbedded()
    {
        using var stream = typeof(PriceCatalog).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"the assembly has no resource {ResourceName}");
        var text = new byte[stream.Length];
        stream.ReadExactly(text);
        return Load(text);
    }

    /// <exception cref="FormatException">A line is not of the catalogue's form, or a name stands twice; the message names the line.</exception>
    public static PriceCatalog Load(byte[] text)
    {
        var catalog = new PriceCatalog(text);
        catalog.Index();
        return catalog;
    }

    /// <summary>The model of that name, or of the name it is a variant of (<see cref="CatalogNames"/>); null where the catalogue does not know it.</summary>
    public CatalogModel? Find(string kind, string modelName)
    {
        if (!_lines.TryGetValue(kind, out var models))
            return null;
        foreach (var name in CatalogNames.Candidates(modelName))
        {
            if (models.TryGetValue(name, out var line))
                return _parsed.GetOrAdd((kind, name), static (key, state) => state.Catalog.Parse(key.Kind, key.Name, state.Line), (Catalog: this, Line: line));
        }

        return null;
    }

    /// <summary>Every model of a provider kind, sorted by name.</summary>
    public IEnumerable<CatalogModel> Models(string kind) =>
        _lines.TryGetValue(kind, out var models) ? models.Keys.Select(name => Find(kind, name)!) : [];

    private CatalogModel Parse(string kind, string name, Range line)
    {
        try
        {
            return CatalogLine.Parse(kind, name, Version, _text.AsSpan(line));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new FormatException($"{ResourceName}: {kind}, {name}: {e.Message}", e);
        }
    }

    private void Index()
    {
        Dictionary<string, Range>? models = null;
        var (number, start) = (0, 0);
        while (start < _text.Length)
        {
            var length = _text.AsSpan(start).IndexOf((byte)'\n');
            var line = _text.AsSpan(start, length < 0 ? _text.Length - start : length);
            number++;
            if (!TryIndex(line, start, ref models))
                throw new FormatException($"{ResourceName}:{number}: not of the catalogue's form, or a name that stood before: {Encoding.UTF8.GetString(line)}");
            start += line.Length + 1;
        }
    }

    /// <summary>Indentation says what a line is: 0 the version, 2 a provider kind, 4 its source, 6 a model.</summary>
    private bool TryIndex(ReadOnlySpan<byte> line, int start, ref Dictionary<string, Range>? models)
    {
        var content = line.TrimStart((byte)' ');
        if (content.IsEmpty || content[0] == '#')
            return true;
        switch (line.Length - content.Length)
        {
            case 0 when content.StartsWith("version: "u8):
                Version = Encoding.UTF8.GetString(content["version: ".Length..]);
                return true;
            case 0:
                return content.SequenceEqual("providers:"u8);
            case 2 when content[^1] == ':':
                models = new(StringComparer.Ordinal);
                return _lines.TryAdd(Encoding.UTF8.GetString(content[..^1]), models);
            case 4:
                return models is not null && (content.SequenceEqual("models:"u8) || content.StartsWith("source: "u8));
            case 6:
                var colon = content.IndexOf(": {"u8);
                var flow = start + line.Length - content.Length + colon + 2;
                return colon > 0 && models is not null && models.TryAdd(Encoding.UTF8.GetString(content[..colon]), flow..(start + line.Length));
            default:
                return false;
        }
    }
}
