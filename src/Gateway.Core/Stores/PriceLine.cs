using Gateway.Core.Money;

namespace Gateway.Core.Stores;

/// <summary>What a price version of the ledger says.</summary>
/// <param name="Version"><see cref="LedgerRow.PriceVersion"/>.</param>
/// <param name="Line">The price on one line, in the form of the catalogue.</param>
public sealed record PriceLine(string Version, string Line);

/// <summary>A row that is to cost something else. It is changed only while it still costs what it did.</summary>
public sealed record CostCorrection(string AttemptId, NanoUsd OldCost, string? OldPriceVersion, NanoUsd NewCost, string NewPriceVersion);

/// <summary>A row whose cost was corrected, and from what to what.</summary>
/// <param name="RowAt">When its attempt was admitted.</param>
/// <param name="Instance">The gateway that made the attempt; null where that was not noted.</param>
/// <param name="At">When it was corrected.</param>
public sealed record CorrectedRow(string AttemptId, DateTimeOffset RowAt, string Key, string? Team, string? Instance, DateTimeOffset At, NanoUsd OldCost, NanoUsd NewCost, string? Function = null);
