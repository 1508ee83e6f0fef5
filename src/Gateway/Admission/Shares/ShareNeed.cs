namespace Gateway.Admission.Shares;

/// <summary>What an attempt lacks.</summary>
/// <param name="Amount">What it would take of the share in all.</param>
/// <param name="IsDenied">The store said a moment ago that there is not so much.</param>
internal readonly record struct ShareNeed(Share Share, long Amount, bool IsDenied);
