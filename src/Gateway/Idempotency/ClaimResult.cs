using Gateway.Core.Errors;
using Gateway.Core.Stores;

namespace Gateway.Idempotency;

/// <summary>Both null: the claim was made.</summary>
/// <param name="Found">The record that is there.</param>
/// <param name="Error">The store could not be asked.</param>
internal readonly record struct ClaimResult(IdempotencyRecord? Found, GatewayError? Error);
