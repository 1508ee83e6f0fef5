namespace Gateway.Providers.Bedrock;

/// <summary>Where an operation of a model is: ids have colons, and those of inference profiles slashes.</summary>
internal static class BedrockPaths
{
    public static string Of(string model, string operation) => $"model/{Uri.EscapeDataString(model)}/{operation}";
}
