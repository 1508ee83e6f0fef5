using Gateway.Core.Providers;
using Gateway.Reply;

namespace Gateway.PassThrough;

/// <summary>A stream in a provider's own format: its translator reads it, and what that writes is thrown away.</summary>
internal sealed class TranslatedPassReader(IStreamTranslator translator) : IPassReader
{
    private readonly PooledWriter _unused = new(1024);

    public bool EndSeen => translator.Facts.Finished;

    public StreamFacts Facts => translator.Facts;

    public long Events { get; private set; }

    public long ContentBytes => 0;

    public void Read(ReadOnlySpan<byte> bytes)
    {
        translator.Read(bytes, _unused);
        if (_unused.Length > 0) Events++;
        _unused.Clear();
    }

    public void Ended()
    {
        if (!EndSeen && Facts.Error is null) translator.Complete(_unused);
        _unused.Clear();
    }

    public void Dispose() => _unused.Dispose();
}
