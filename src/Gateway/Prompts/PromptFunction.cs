using Gateway.Config;
using Gateway.Routing;

namespace Gateway.Prompts;

/// <summary>A function as requests see it.</summary>
/// <param name="Prompt">Null: the prompt it names is not there.</param>
/// <param name="IsStale">The prompt it names is not there any more, and <paramref name="Prompt"/> is what it was last.</param>
/// <param name="Fields">Of the chat request: its params, and its overrides.</param>
internal sealed record PromptFunction(FunctionConfig Config, PromptVersion? Prompt, bool IsStale, IReadOnlyList<OperatorField> Fields)
{
    /// <summary>Clients write it before a function's name, in <c>model</c>.</summary>
    public const string Prefix = "fn/";

    public string Name => Config.Name;

    /// <summary>A name of the configuration, or <c>PROVIDER/MODEL</c>.</summary>
    public string Model => Config.Model;

    /// <summary>The prompt it names, with its label or number.</summary>
    public string Wanted => PromptReference.Of(Config.Prompt).Full;

    /// <summary>What clients ask for.</summary>
    public string Id { get; } = Prefix + Config.Name;

    public static bool IsNamed(string model) => model.StartsWith(Prefix, StringComparison.Ordinal);
}
