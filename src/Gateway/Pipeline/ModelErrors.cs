using Gateway.Core.Errors;

namespace Gateway.Pipeline;

/// <summary>What a client is told whose name for a model leads nowhere.</summary>
internal static class ModelErrors
{
    public static GatewayError NotAllowed(string asked) => new(ErrorKind.ModelNotAllowed, $"This API key may not use the model '{asked}'. GET /v1/models lists those it may use.", "model");

    public static GatewayError NotFound(string asked) => new(ErrorKind.ModelNotFound, $"The model '{asked}' does not exist. GET /v1/models lists those this key may use.", "model");
}
