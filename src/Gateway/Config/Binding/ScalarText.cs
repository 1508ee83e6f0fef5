using Gateway.Config.Yaml;

namespace Gateway.Config.Binding;

/// <summary>A single value with its variables replaced.</summary>
/// <param name="IsPlain">Written without quotes.</param>
/// <param name="FromEnvironment">A variable had a part in it: it must not be shown.</param>
internal readonly record struct ScalarText(string Value, bool IsPlain, bool FromEnvironment, Mark Mark);
