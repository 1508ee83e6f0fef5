using Gateway.Core.Money;

namespace Gateway.Metering.Pricing;

/// <summary>What a model is called for.</summary>
public enum CatalogMode { Chat, Completion, Embedding, Responses }

/// <summary>What a model takes or gives beyond text.</summary>
[Flags]
public enum CatalogCapabilities
{
    None = 0,
    /// <summary>Takes images.</summary>
    Vision = 1,
    /// <summary>Calls functions.</summary>
    Tools = 2,
    /// <summary>Answers by a JSON schema.</summary>
    JsonSchema = 4,
    Reasoning = 8,
    /// <summary>Takes or gives sound.</summary>
    Audio = 16,
}

/// <summary>A model the gateway knows from its catalogue.</summary>
/// <param name="Kind">The provider kind of gateway.yaml.</param>
/// <param name="Name">The provider's name of the model, undated where the dated ones cost the same.</param>
/// <param name="ContextWindow">Tokens of prompt and answer together, or of the prompt alone where the provider counts so; null: not known.</param>
/// <param name="MaxOutput">The most tokens of an answer; null: not known.</param>
public sealed record CatalogModel(
    string Kind, string Name, CatalogMode Mode, long? ContextWindow, long? MaxOutput, CatalogCapabilities Capabilities, ModelPrice Price);
