namespace Gateway.Metering;

/// <summary>UTF-8 bytes a row's texts can have; longer ones are cut there, between two characters, and the row is kept.</summary>
internal static class LedgerLimits
{
    /// <summary>Ids and names: attempt, request, key, team, endpoint, model, provider, target model, price version, function, prompt version.</summary>
    public const int Name = 512;

    public const int User = 256;

    /// <summary>All tags of a row together.</summary>
    public const int Tags = 1024;

    /// <summary>The provider's usage object.</summary>
    public const int RawUsage = 4096;

    /// <summary>How a request was routed: who writes it keeps below, because JSON that is cut is none.</summary>
    public const int Explain = 4096;
}
