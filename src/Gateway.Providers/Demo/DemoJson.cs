using System.Text.Json.Serialization;

namespace Gateway.Providers.Demo;

/// <summary>The demo's wire format.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    MaxDepth = 64)]
[JsonSerializable(typeof(DemoChatAsk))]
[JsonSerializable(typeof(DemoCompleteAsk))]
[JsonSerializable(typeof(DemoEmbedAsk))]
[JsonSerializable(typeof(DemoAnswers))]
[JsonSerializable(typeof(DemoVectors))]
[JsonSerializable(typeof(DemoEvent))]
[JsonSerializable(typeof(DemoUsage))]
[JsonSerializable(typeof(DemoFaultReply))]
internal sealed partial class DemoJson : JsonSerializerContext;
