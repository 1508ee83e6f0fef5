namespace Gateway.Providers.Demo.Upstreams.Anthropic;

/// <summary>Where else Claude is: other clouds have the model in the path, and the version of the format in the body.</summary>
/// <param name="Version">What they want there.</param>
/// <param name="Model">The model's name in a path.</param>
/// <param name="IsStream">Whether the path is that of streams.</param>
internal sealed record MessagesHome(string Version, Func<string, string> Model, bool IsStream);
