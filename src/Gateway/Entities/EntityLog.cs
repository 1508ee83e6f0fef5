namespace Gateway.Entities;

/// <summary>What is said about entities. Never a document: it may hold what somebody noted in a key's metadata.</summary>
internal static partial class EntityLog
{
    [LoggerMessage(EntityEventIds.Skipped, LogLevel.Warning, "An entry of the store is not in force: {Sentence}")]
    public static partial void Skipped(ILogger logger, string sentence);

    [LoggerMessage(EntityEventIds.FunctionWithoutPrompt, LogLevel.Warning, "A function does not have its prompt: {Sentence}")]
    public static partial void FunctionWithoutPrompt(ILogger logger, string sentence);

    [LoggerMessage(EntityEventIds.InForce, LogLevel.Information, "The store's entries are in force as of change {Sequence}: {Count} of them")]
    public static partial void InForce(ILogger logger, long sequence, int count);

    [LoggerMessage(EntityEventIds.StoreFailed, LogLevel.Error, "The store does not tell about changes; keys and teams stay as they are, and it is tried again every second")]
    public static partial void StoreFailed(ILogger logger, Exception error);

    [LoggerMessage(EntityEventIds.StoreWorksAgain, LogLevel.Information, "The store tells about changes again")]
    public static partial void StoreWorksAgain(ILogger logger);

    [LoggerMessage(EntityEventIds.Failed, LogLevel.Error, "Admin: the store failed")]
    public static partial void Failed(ILogger logger, Exception error);

    [LoggerMessage(EntityEventIds.NotEnded, LogLevel.Error, "A budget's raise is over and could not be taken out of force; it is tried again every second")]
    public static partial void NotEnded(ILogger logger, Exception error);

    [LoggerMessage(EntityEventIds.Changed, LogLevel.Information, "Admin: {Actor} did {Action} to '{Name}' from {Address}, change {Sequence}")]
    public static partial void Changed(ILogger logger, string actor, string action, string name, string? address, long sequence);
}
