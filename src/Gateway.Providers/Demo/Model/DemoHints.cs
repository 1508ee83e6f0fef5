using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Providers.Demo.Model;

/// <summary>Things in the asker's message that look like values, in order and each given once: "the weather in Paris for 3 days" has Paris and 3.</summary>
internal sealed partial class DemoHints
{
    /// <summary>The end of a longer message is not looked at.</summary>
    private const int MaxLength = 4000;

    private readonly Queue<string> _texts;
    private readonly Queue<decimal> _numbers;
    private readonly string _message;

    public DemoHints(string? message)
    {
        _message = message is { Length: > MaxLength } ? message[..MaxLength] : message ?? "";
        _texts = new(Texts().Matches(_message).Select(m => m.Groups.Values.Skip(1).First(g => g.Success).Value));
        _numbers = new(Numbers().Matches(_message).Select(m => decimal.TryParse(m.ValueSpan, NumberStyles.Number, CultureInfo.InvariantCulture, out var n) ? n : 0));
    }

    /// <summary>Something in quotation marks, or a name: capital letters inside a sentence.</summary>
    public string? Text() => _texts.TryDequeue(out var text) ? text : null;

    public decimal? Number() => _numbers.TryDequeue(out var number) ? number : null;

    /// <summary>Whether the message has this word.</summary>
    public bool Mentions(string word) => word.Length > 1 && _message.Contains(word, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("""
        "([^"\n]{1,100})"|“([^”\n]{1,100})”|(?<=[\p{L}\p{N},;'’] )(?!I\b)(\p{Lu}[\p{L}\p{N}'’-]{1,40}(?: \p{Lu}[\p{L}\p{N}'’-]{1,40}){0,3})
        """, RegexOptions.None, 1000)]
    private static partial Regex Texts();

    [GeneratedRegex(@"(?<![\p{L}\p{N}_.-])-?\d{1,12}(?:\.\d{1,6})?(?![\p{L}\p{N}_])", RegexOptions.None, 1000)]
    private static partial Regex Numbers();
}
