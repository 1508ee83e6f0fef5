namespace Gateway.Providers.Dialects.Messages;

/// <summary>What has to be known of a request when its answer is written.</summary>
/// <param name="Names">Of tools.</param>
/// <param name="Stops">The stop sequences that were asked for.</param>
internal sealed record MessagesRemembered(MessagesNames Names, IReadOnlyList<string> Stops)
{
    public static readonly MessagesRemembered Nothing = new(new(), []);

    /// <returns>Null where there is nothing to remember.</returns>
    public static MessagesRemembered? Of(MessagesAsk ask) => ask.Names.IsEmpty && ask.Stops.Count == 0 ? null : new(ask.Names, ask.Stops);
}
