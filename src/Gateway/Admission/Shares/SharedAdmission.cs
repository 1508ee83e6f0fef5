namespace Gateway.Admission.Shares;

/// <summary>Admission where several gateways share the limits: out of this gateway's shares without a round trip; the store is asked where they do not suffice.</summary>
internal sealed class SharedAdmission(MemoryAdmission local, ShareBroker broker) : IAdmission
{
    /// <summary>Others may take what was granted before its request does; each round but the last grants at least one of those that wait.</summary>
    private const int MostRounds = 100;

    public ValueTask<AdmissionResult> EnterAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (broker.IsStale)
            return new(EnterStaleAsync(request, cancellationToken));
        var result = local.Enter(request);
        return result.Rejection is { IsShortage: true } ? new(AskAsync(request, result, cancellationToken)) : new(result);
    }

    private async Task<AdmissionResult> AskAsync(AdmissionRequest request, AdmissionResult result, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds && result.Rejection is { IsShortage: true }; round++)
        {
            var needs = local.Needs(request);
            if (needs.Exists(static n => n.IsDenied))
                break;
            if (needs.Count > 0 && !await broker.AskAsync(needs, cancellationToken))
                return AdmissionErrors.StoreUnavailable(result.Rejection.OwnerKind, result.Rejection.Owner);
            result = local.Enter(request);
        }
        return result;
    }

    /// <summary>After a pause in which others may have taken this gateway's shares: first the store, then the request.</summary>
    private async Task<AdmissionResult> EnterStaleAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (!await broker.AskAsync([], cancellationToken) && local.FirstEnded(request, broker.Silence) is { } limited)
            return AdmissionErrors.StoreUnavailable(limited.Kind, limited.Owner);
        var result = local.Enter(request);
        return result.Rejection is { IsShortage: true } ? await AskAsync(request, result, cancellationToken) : result;
    }
}
