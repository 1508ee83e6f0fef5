using System.Text.Json.Serialization;

namespace Gateway.Providers.Gemini;

/// <summary>What Google's token endpoint says.</summary>
internal sealed record GoogleTokenAnswer
{
    public string? AccessToken { get; init; }

    /// <summary>Seconds.</summary>
    public int? ExpiresIn { get; init; }

    public string? Error { get; init; }

    public string? ErrorDescription { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 64)]
[JsonSerializable(typeof(GoogleTokenAnswer))]
internal sealed partial class GoogleTokenJson : JsonSerializerContext;
