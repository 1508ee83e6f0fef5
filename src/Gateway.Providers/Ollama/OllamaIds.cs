using System.Globalization;

namespace Gateway.Providers.Ollama;

/// <summary>Ids of tool calls. Ollama tells calls apart by their order and name; OpenAI's clients need an id, unlike any other of the conversation.</summary>
internal static class OllamaIds
{
    /// <param name="index">Of the call in the answer.</param>
    public static string Of(string requestId, int index) => string.Create(CultureInfo.InvariantCulture, $"call_{requestId}_{index}");
}
