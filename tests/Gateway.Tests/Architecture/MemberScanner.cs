using System.Text.RegularExpressions;

namespace Gateway.Tests.Architecture;

/// <summary>A method, constructor or operator of a type.</summary>
/// <param name="Lines">From the first line of its declaration to its last brace or semicolon, attributes and comments before it not counted.</param>
internal readonly record struct Member(string Name, int Line, int Lines);

/// <summary>Finds methods by their braces: no compiler, right for the code `dotnet format` leaves behind.</summary>
internal static partial class MemberScanner
{
    public static IReadOnlyList<Member> Methods(SourceFile file)
    {
        var found = new List<Member>();
        Scan(file, 0, file.Code.Length, inType: false, found);
        return found;
    }

    private static void Scan(SourceFile file, int start, int end, bool inType, List<Member> found)
    {
        var code = file.Code;
        for (var at = start; at < end;)
        {
            at = SkipBlankAndAttributes(code, at, end);
            if (at >= end)
                return;
            var stop = EndOfDeclaration(code, at, end, out var body);
            var head = code[at..(body < 0 ? stop : body)];
            if (TypeOrNamespace().IsMatch(head.Split('(', 2)[0]))
            {
                if (body >= 0)
                    Scan(file, body + 1, stop - 1, !head.StartsWith("namespace", StringComparison.Ordinal), found);
            }
            else if (inType && !Table().IsMatch(head) && MethodName().Match(head) is { Success: true } name)
                found.Add(new(name.Groups[1].Value, file.LineOf(at), code.AsSpan(at, stop - at).Count('\n') + 1));
            at = stop;
        }
    }

    /// <summary>Just after the semicolon or the closing brace; <paramref name="body"/> is the first opening brace outside parentheses, or -1.</summary>
    private static int EndOfDeclaration(string code, int at, int end, out int body)
    {
        body = -1;
        var depth = 0;
        for (var i = at; i < end; i++)
        {
            if (code[i] is '(' or '[')
                depth++;
            else if (code[i] is ')' or ']')
                depth--;
            else if (code[i] == '{' && depth == 0)
            {
                body = body < 0 ? i : body;
                i = Matching(code, i, end);
                if (!Continues(code, i + 1, end))
                    return Math.Min(i + 1, end);
            }
            else if (code[i] == '{')
                i = Matching(code, i, end);
            else if (code[i] == ';' && depth == 0)
                return i + 1;
        }
        return end;
    }

    /// <summary>Whether a declaration goes on after a closing brace: an initialiser, a switch expression, a semicolon.</summary>
    private static bool Continues(string code, int at, int end)
    {
        while (at < end && char.IsWhiteSpace(code[at]))
            at++;
        return at < end && code[at] is ';' or ',' or '.' or '=' or ')' or '?' or '!';
    }

    public static int Matching(string code, int open, int end)
    {
        var (opening, closing) = code[open] == '{' ? ('{', '}') : ('(', ')');
        var depth = 0;
        for (var i = open; i < end; i++)
        {
            depth += code[i] == opening ? 1 : code[i] == closing ? -1 : 0;
            if (depth == 0)
                return i;
        }
        return end;
    }

    private static int SkipBlankAndAttributes(string code, int at, int end)
    {
        while (at < end && (char.IsWhiteSpace(code[at]) || code[at] is '[' or '}' or ';'))
        {
            if (code[at] != '[')
            {
                at++;
                continue;
            }
            for (var depth = 0; at < end; at++)
            {
                depth += code[at] == '[' ? 1 : code[at] == ']' ? -1 : 0;
                if (depth == 0)
                    break;
            }
            at++;
        }
        return at;
    }

    [GeneratedRegex(@"\b(class|struct|interface|enum|namespace|extension|record(\s+(class|struct))?)\s+\w")]
    private static partial Regex TypeOrNamespace();

    /// <summary>`=> new()` or `=> [`: rows of data, as long as they need to be.</summary>
    [GeneratedRegex(@"=>\s*(new\b|\[)")]
    private static partial Regex Table();

    /// <summary>The name before the first parenthesis, where no `=` or `=>` stands before it: a field's initialiser is no method.</summary>
    [GeneratedRegex(@"^[^=({]*?(?:\([^()]*\)\??\s+)?\b(?!(?:public|private|protected|internal|static|async|sealed|override|virtual|abstract|new|readonly|unsafe)\b)" +
        @"([\w.]+|operator\s*\S+)\s*(?:<[^=({<>]*(?:<[^<>]*>)?[^=({<>]*>)?\s*\(")]
    private static partial Regex MethodName();
}
