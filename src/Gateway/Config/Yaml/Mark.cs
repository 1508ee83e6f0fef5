namespace Gateway.Config.Yaml;

/// <summary>A place in a file; both count from 1.</summary>
internal readonly record struct Mark(int Line, int Column);
