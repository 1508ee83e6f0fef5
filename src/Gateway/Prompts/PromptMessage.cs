using System.Text;

namespace Gateway.Prompts;

/// <summary>One message of a compiled prompt: who says it, and the steps that write what.</summary>
/// <param name="Opening">A chat's message up to where its text begins, UTF-8.</param>
/// <param name="From">The first of its steps, and <paramref name="To"/> one past the last.</param>
internal readonly record struct PromptMessage(byte[] Opening, bool IsSystem, int From, int To)
{
    /// <param name="role">A word of a closed set.</param>
    public static PromptMessage Of(string role, int from, int to) => new(Encoding.UTF8.GetBytes($"{{\"role\":\"{role}\",\"content\":\""), role is "system" or "developer", from, to);
}
