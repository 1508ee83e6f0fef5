using System.Diagnostics.CodeAnalysis;
using Gateway.Core.Errors;

namespace Gateway.Admission;

internal enum RejectionReason { RateLimit, Budget, Unpriced, Store }

/// <summary>Why an attempt was not let in, for the client (<see cref="Error"/>, <see cref="RateLimits"/>) and for the metrics (the rest).</summary>
/// <param name="Owner">Name of the key, team, function or target (<c>provider/model</c>), or <c>gateway</c>; the same instance as long as the owner has limits.</param>
/// <param name="IsShortage">It would fit, but other gateways may have what is missing.</param>
internal sealed record AdmissionRejection(GatewayError Error, RejectionReason Reason, OwnerKind OwnerKind, string Owner, RateLimitHeaders RateLimits, bool IsShortage = false);

/// <summary>The right to one attempt, or why not.</summary>
internal readonly record struct AdmissionResult(Reservation? Reservation, AdmissionRejection? Rejection)
{
    [MemberNotNullWhen(true, nameof(Reservation))]
    [MemberNotNullWhen(false, nameof(Rejection))]
    public bool IsAdmitted => Reservation is not null;
}
