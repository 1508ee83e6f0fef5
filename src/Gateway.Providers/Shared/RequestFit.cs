using Gateway.Core.Errors;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>What of a chat request a provider cannot serve: the request is refused for it, or, with <c>drop_params</c>, goes without and the field is named in the answer.</summary>
/// <param name="provider">As people call it.</param>
internal sealed class RequestFit(string provider, bool drop)
{
    private List<string>? _dropped;
    private HashSet<string>? _named;

    /// <summary>The first thing that is wrong; null so far.</summary>
    public GatewayError? Error { get; private set; }

    public IReadOnlyList<string> Dropped => _dropped ?? [];

    /// <param name="why">A sentence that says what to do instead.</param>
    public void Unserved(string field, string? why = null)
    {
        if (drop) Drop(field);
        else Fail($"{provider} does not serve '{field}'. {why ?? "Leave it out, or set drop_params: true for this model to have the gateway do so."}", field);
    }

    /// <summary>Left out whatever the configuration says: a hint, without which the answer is as valid.</summary>
    public void Drop(string field)
    {
        if ((_named ??= new(StringComparer.Ordinal)).Add(field)) (_dropped ??= []).Add(field);
    }

    public void Fail(string message, string field) => Error ??= OpenAIRequest.Invalid(message, field);
}
