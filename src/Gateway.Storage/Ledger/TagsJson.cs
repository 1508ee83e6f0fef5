using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Storage.Ledger;

/// <summary>How tags stand in their column.</summary>
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.General)]
internal sealed partial class TagsJson : JsonSerializerContext;
