namespace Gateway.Config;

/// <summary>Something wrong in a file of the configuration. Never holds a secret, nor any value that came from the environment.</summary>
/// <param name="File">The file as it was named, or the name of the <c>.env</c> beside it.</param>
/// <param name="Line">From 1; 0 where the whole file is meant.</param>
/// <param name="Column">From 1; 0 where the whole file is meant.</param>
/// <param name="Path">The key, as <c>models[0].targets[1].provider</c>; empty where no key is to blame.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
public sealed record ConfigError(string File, int Line, int Column, string Path, string Message)
{
    /// <summary><c>file:line:column: path: message</c>, the form editors and terminals make a link of.</summary>
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}:{Column}: " : $"{File}: ";
        return Path.Length > 0 ? $"{place}{Path}: {Message}" : place + Message;
    }
}
