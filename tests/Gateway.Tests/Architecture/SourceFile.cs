using System.Text.RegularExpressions;

namespace Gateway.Tests.Architecture;

/// <summary>One C# file of the repository, or one made up by a test.</summary>
internal sealed class SourceFile
{
    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        var read = CodeText.Read(text);
        Code = read.Code;
        Strings = read.Strings;
    }

    /// <summary>Below the repository's root, with forward slashes.</summary>
    public string Path { get; }

    public string Text { get; }

    /// <summary><see cref="Text"/> with comments and strings blanked.</summary>
    public string Code { get; }

    public IReadOnlyList<StringLiteral> Strings { get; }

    public int Lines => Text.AsSpan().Count('\n') + (Text.EndsWith('\n') ? 0 : 1);

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    public int LineOf(int at) => Text.AsSpan(0, at).Count('\n') + 1;

    /// <summary><c>path:line: what was found</c> for every match in the code.</summary>
    public IEnumerable<string> Find(Regex pattern) => pattern.Matches(Code).Select(m => $"{Path}:{LineOf(m.Index)}: {m.Value.Trim()}");
}
