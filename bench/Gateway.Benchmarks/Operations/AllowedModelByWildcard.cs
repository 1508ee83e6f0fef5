using Gateway.Routing;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 2: may the key use this model, where a wildcard of its list covers it.</summary>
internal sealed class AllowedModelByWildcard : IOperation
{
    private readonly ModelAllowList _models = new(["smart", "fast", "gpt-*", "claude-*"]);

    public string Name => "allow-list.wildcard";

    public ValueTask RunAsync() => _models.Allows("claude-haiku-4-5") ? default : throw new InvalidOperationException("a wildcard covers the model");
}
