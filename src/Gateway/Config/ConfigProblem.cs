namespace Gateway.Config;

/// <summary>What a later stage (compiling the snapshot) has against a configuration; <see cref="ConfigResult.Locate"/> finds its line.</summary>
/// <param name="Path">The key, as <c>models[0].targets[1].provider</c>; indexes count as in the file.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
internal readonly record struct ConfigProblem(string Path, string Message);
