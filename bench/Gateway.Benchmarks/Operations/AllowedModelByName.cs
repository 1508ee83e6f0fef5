using Gateway.Routing;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 2: may the key use this model, where its list names it.</summary>
internal sealed class AllowedModelByName : IOperation
{
    private readonly ModelAllowList _models = new(["smart", "fast", "claude-*"]);

    public string Name => "allow-list.name";

    public ValueTask RunAsync() => _models.Allows("fast") ? default : throw new InvalidOperationException("the list names the model");
}
