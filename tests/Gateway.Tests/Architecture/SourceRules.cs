using System.Text.RegularExpressions;

namespace Gateway.Tests.Architecture;

/// <summary>What may stand where. Every rule is a function from a file to its breaches, so that a test can show it a file that breaks it.</summary>
internal static partial class SourceRules
{
    /// <summary>An upstream is called from one folder, by one sender that takes a reservation.</summary>
    public static IEnumerable<string> CallsUpstreamElsewhere(SourceFile file) =>
        file.IsIn("src") && !file.IsIn("src/Gateway/Upstream") ? file.Find(UpstreamClient()) : [];

    /// <summary>Translators are pure functions: a provider has no request context, no client, no logger and no clock.</summary>
    public static IEnumerable<string> ImpureProvider(SourceFile file) => file.IsIn("src/Gateway.Providers") ? file.Find(Impure()) : [];

    /// <summary>The wire and the types that two projects share know neither the web server nor the database.</summary>
    public static IEnumerable<string> CoreKnowsTooMuch(SourceFile file) => file.IsIn("src/Gateway.Core") ? file.Find(HostOrStore()) : [];

    public static IEnumerable<string> DatabaseOutsideStorage(SourceFile file) => !file.IsIn("src") || file.IsIn("src/Gateway.Storage")
        ? []
        : file.Find(DatabaseNamespace()).Concat(
            file.Strings.Where(static s => Statement().IsMatch(s.Text)).Select(s => $"{file.Path}:{s.Line}: SQL in a string"));

    /// <summary>Values travel as parameters: a hole in a statement may hold a static member (<c>Columns.All</c>), and nothing that a request could reach.</summary>
    public static IEnumerable<string> InterpolatedSql(SourceFile file) => file.IsIn("src")
        ? file.Strings.Where(static s => s.Interpolated && Clause().IsMatch(s.Text) && Hole().Matches(s.Text).Any(static h => !StaticMember().IsMatch(h.Value)))
            .Select(s => $"{file.Path}:{s.Line}: a value interpolated into SQL")
        : [];

    /// <summary>An exception that is caught is handled, or its type is named and a comment says why nothing is to be done.</summary>
    public static IEnumerable<string> SwallowedException(SourceFile file)
    {
        foreach (Match match in Catch().Matches(file.Code))
        {
            var open = match.Index + match.Length;
            while (open < file.Code.Length && file.Code[open] != '{')
                open = file.Code[open] == '(' ? MemberScanner.Matching(file.Code, open, file.Code.Length) + 1 : open + 1;
            var close = open < file.Code.Length ? MemberScanner.Matching(file.Code, open, file.Code.Length) : open;
            if (close <= open || !string.IsNullOrWhiteSpace(file.Code[(open + 1)..close]))
                continue;
            var head = file.Code[match.Index..open];
            var explained = !string.IsNullOrWhiteSpace(file.Text[(open + 1)..close]);
            if (!explained || !head.Contains('(', StringComparison.Ordinal) || AnyException().IsMatch(head))
                yield return $"{file.Path}:{file.LineOf(match.Index)}: {head.Trim()} and nothing";
        }
    }

    /// <summary>A test that is skipped says why, and what would make it run.</summary>
    public static IEnumerable<string> SkippedWithoutReason(SourceFile file)
    {
        foreach (Match match in SkipProperty().Matches(file.Text))
            yield return $"{file.Path}:{file.LineOf(match.Index)}: {match.Value}";
        foreach (Match match in SkipCall().Matches(file.Code))
        {
            var open = match.Index + match.Length - 1;
            var arguments = file.Code[(open + 1)..MemberScanner.Matching(file.Code, open, file.Code.Length)];
            if (!Nested().Replace(arguments, "").Contains(',', StringComparison.Ordinal))
                yield return $"{file.Path}:{file.LineOf(match.Index)}: {match.Value} without a reason";
        }
    }

    public static IEnumerable<string> TooLong(SourceFile file, int most) =>
        file.Lines > most ? [$"{file.Path}: {file.Lines} lines, at most {most}"] : [];

    public static IEnumerable<string> LongMethods(SourceFile file, int most) => MemberScanner.Methods(file)
        .Where(m => m.Lines > most).Select(m => $"{file.Path}:{m.Line}: {m.Name} has {m.Lines} lines, at most {most}");

    [GeneratedRegex(@"\b(HttpMessageInvoker|HttpClient|IHttpClientFactory|SocketsHttpHandler|HttpClientHandler|HttpRequestMessage|IHttpForwarder|WebRequest|ClientWebSocket|TcpClient)\b|\bnew Socket\(|(?<!\b_?([sS]ender|[uU]pstream))\.SendAsync\(")]
    private static partial Regex UpstreamClient();

    [GeneratedRegex(@"\b(HttpContext|HttpClient|HttpMessageInvoker|HttpRequestMessage|ILogger|TimeProvider|Stopwatch|Environment|File|Task\.Delay|Guid\.NewGuid|Microsoft\.AspNetCore|Microsoft\.Extensions\.(Logging|Http|DependencyInjection))\b")]
    private static partial Regex Impure();

    [GeneratedRegex(@"\b(Microsoft\.AspNetCore|HttpContext|Microsoft\.Data|System\.Data|SQLitePCL|Npgsql|Dapper|DbConnection|DbCommand)\b")]
    private static partial Regex HostOrStore();

    [GeneratedRegex(@"\b(Microsoft\.Data|System\.Data|SQLitePCL|Npgsql|Dapper|DbConnection|DbCommand|SqliteConnection|SqliteCommand)\b")]
    private static partial Regex DatabaseNamespace();

    [GeneratedRegex(@"\b(SELECT\s[\s\S]+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(UNIQUE\s+)?(TABLE|INDEX)\s|PRAGMA\s+\w)")]
    private static partial Regex Statement();

    [GeneratedRegex(@"\b(SELECT|INSERT INTO|INSERT OR|UPDATE|DELETE FROM|WHERE|FROM|VALUES|GROUP BY|ORDER BY|LIMIT|CREATE TABLE|ALTER TABLE|DROP TABLE)\s")]
    private static partial Regex Clause();

    [GeneratedRegex(@"(?<!\{)\{(?!\{)[^{}]*\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"^\{[A-Z]\w*(\.[A-Z]\w*)+\}$")]
    private static partial Regex StaticMember();

    [GeneratedRegex(@"\bcatch\b")]
    private static partial Regex Catch();

    /// <summary>Without a filter, that is: <c>when (e is IOException)</c> names the type too.</summary>
    [GeneratedRegex(@"^catch\s*\(\s*(System\.)?Exception\b(?![\s\S]*\bwhen\b)")]
    private static partial Regex AnyException();

    [GeneratedRegex(@"\bSkip\s*=\s*(""\s*""|null|string\.Empty)")]
    private static partial Regex SkipProperty();

    [GeneratedRegex(@"\bSkip\.If(Not)?\s*\(")]
    private static partial Regex SkipCall();

    [GeneratedRegex(@"\([^()]*(\([^()]*\)[^()]*)*\)")]
    private static partial Regex Nested();
}
