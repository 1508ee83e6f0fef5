using Gateway.Core.Errors;

namespace Gateway.Routing;

/// <summary>Models that are asked in place of one that could not be served, by why it could not.</summary>
/// <param name="Unavailable">None of its targets answers, or may be asked.</param>
/// <param name="Context">The prompt is too long for it.</param>
/// <param name="ContentPolicy">The provider's filter refuses the prompt.</param>
internal sealed record Fallbacks(IReadOnlyList<string> Unavailable, IReadOnlyList<string> Context, IReadOnlyList<string> ContentPolicy)
{
    public static Fallbacks None { get; } = new([], [], []);

    /// <param name="mayHelp">Another target could have been asked, had there been one.</param>
    public IReadOnlyList<string> After(GatewayError error, bool mayHelp) => PromptRefusal.Of(error) switch
    {
        PromptRefusal.Reason.TooLong => Context,
        PromptRefusal.Reason.ContentPolicy => ContentPolicy,
        _ => mayHelp ? Unavailable : [],
    };
}
