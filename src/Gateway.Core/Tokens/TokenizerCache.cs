namespace Gateway.Core.Tokens;

/// <summary>The tokenizers of a process: unpacked when first asked for, given up when nobody has asked for ten minutes.</summary>
public sealed class TokenizerCache(TimeProvider time) : IDisposable
{
    /// <summary>A provider that reports no usage is used again and again, or not at all: its 4 MiB are kept while it is, for one unpacking of 20 ms.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Tokenizer?[] _tokenizers = new Tokenizer?[Enum.GetValues<TokenEncoding>().Length];
    private readonly long[] _used = new long[Enum.GetValues<TokenEncoding>().Length];
    private ITimer? _sweep;

    public Tokenizer Get(TokenEncoding encoding)
    {
        var slot = (int)encoding;
        Volatile.Write(ref _used[slot], time.GetTimestamp());
        return Volatile.Read(ref _tokenizers[slot]) ?? Load(encoding);
    }

    /// <summary>Whether it is in memory.</summary>
    internal bool Holds(TokenEncoding encoding) => Volatile.Read(ref _tokenizers[(int)encoding]) is not null;

    public void Dispose() => _sweep?.Dispose();

    private Tokenizer Load(TokenEncoding encoding)
    {
        lock (_lock)
        {
            _sweep ??= time.CreateTimer(static cache => ((TokenizerCache)cache!).Sweep(), this, KeptFor, KeptFor);
            return _tokenizers[(int)encoding] ??= Tokenizer.Load(encoding);
        }
    }

    /// <summary>Gives up what was not asked for lately, and stops looking when nothing is left.</summary>
    internal void Sweep()
    {
        lock (_lock)
        {
            for (var slot = 0; slot < _tokenizers.Length; slot++)
            {
                if (time.GetElapsedTime(Volatile.Read(ref _used[slot])) >= KeptFor) Volatile.Write(ref _tokenizers[slot], null);
            }

            if (_tokenizers.Any(static t => t is not null)) return;
            _sweep?.Dispose();
            _sweep = null;
        }
    }
}
