namespace Gateway.Providers.Gemini;

/// <summary>A candidate of a stream, as far as it has come.</summary>
internal sealed class GeminiOpenChoice(int index)
{
    public int Index => index;

    public int Calls { get; set; }

    public int Images { get; set; }

    public GeminiSaid Said { get; } = new();

    /// <summary>Places and pages that the client was told of.</summary>
    public HashSet<(int Start, int End, string Url)> Cited { get; } = [];

    public bool IsFinished { get; set; }

    /// <summary>The call whose arguments come in pieces; null: none is open.</summary>
    public GeminiArguments? Arguments { get; set; }
}
