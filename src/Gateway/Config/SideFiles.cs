namespace Gateway.Config;

/// <summary>Files that a configuration names and that are a part of it: read once, and watched with it.</summary>
/// <param name="directory">What relative paths start from: the directory of the configuration; null: the current one.</param>
internal sealed class SideFiles(string? directory)
{
    private readonly Dictionary<string, byte[]?> _read = new(StringComparer.Ordinal);

    /// <summary>What was read, by its full path; null: there was no such file.</summary>
    public IReadOnlyDictionary<string, byte[]?> Read => _read;

    /// <param name="text">Without one line break at its end, which editors put there.</param>
    /// <returns>What is wrong, as the rest of a sentence that began with the path; null: nothing.</returns>
    public string? TryRead(string path, int maxBytes, out string text)
    {
        text = "";
        var full = Path.GetFullPath(directory is null ? path : Path.Combine(directory, path));
        var errors = new ErrorSink(path);
        var file = ConfigFile.Read(full, maxBytes, errors);
        _read[full] = file.Bytes;
        if (errors.Count == 0 && file.Bytes is null) return "is no file that there is: paths start from the directory of the configuration";
        if (errors.Count > 0 || file.Text(errors) is not { } content) return $"cannot be used: {errors.InFileOrder()[0].Message}";
        text = content.EndsWith("\r\n", StringComparison.Ordinal) ? content[..^2] : content.EndsWith('\n') ? content[..^1] : content;
        return null;
    }
}
