using System.Text.Json;

namespace Gateway.Admin;

/// <summary>What an admin endpoint answers where nothing is wrong.</summary>
/// <param name="Write">The body; null: none.</param>
/// <param name="ETag">The revision shown.</param>
internal sealed record AdminAnswer(int Status, Action<Utf8JsonWriter>? Write, string? ETag = null, string? Location = null);
