using System.Text;

namespace Gateway.EndToEnd.Security;

/// <summary>Texts that would change a statement they were pasted into, made from a grammar: what ends the literal, what is slipped in, what hides the rest, and how it is disguised.</summary>
internal sealed class SqlPayloads(Random random)
{
    private static readonly string[] Values = ["zz", "", "1", "-1", "seed", "2026-11-20"];

    private static readonly string[] Breakers = ["'", "\"", "`", "')", "\")", "'))", "\\'", "''", "']", "$$", ";", "'/**/", "\u2019", "\uFF07", "\u02BC", "%27", "%2527", "%c0%a7", "\u00BF'", "\0'", " "];

    private static readonly string[] Clauses =
    [
        " OR 1=1", " OR 'a'='a", "||'1'='1'", " OR true", " AND 1=1", " HAVING 1=1", " ORDER BY 99", " GROUP BY 1", " LIMIT 0",
        " UNION SELECT NULL", " UNION ALL SELECT name FROM sqlite_master", " UNION SELECT tablename FROM pg_tables", " UNION SELECT 1,2,3,4,5,6,7,8", " INTERSECT SELECT 1",
        "; DROP TABLE ledger", "; DELETE FROM entity", "; UPDATE ledger SET cost=0", "; TRUNCATE audit", "; INSERT INTO price VALUES (1)", "; COMMIT; DROP TABLE entity", "; ATTACH DATABASE 'x' AS x",
        "; COPY entity TO PROGRAM 'true'", "; SET ROLE none", "; PRAGMA writable_schema=1", "; VACUUM",
        "; SELECT pg_sleep(6)", " OR (SELECT 1 FROM pg_sleep(6)) IS NOT NULL", "||(SELECT pg_sleep(6))||'", " OR 1=LIKE('A',UPPER(HEX(RANDOMBLOB(300000000))))", " AND randomblob(999999999) IS NULL",
        "; WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM r) SELECT count(*) FROM r", " AND CAST(version() AS int)=1", " AND load_extension('x')", " AND 1/0", "%", "_", "%%%%%%%%", "\\", " COLLATE nocase", "::int",
    ];

    private static readonly string[] Endings = ["", "-- ", "--", "/*", ";--", "#", "\0", ")", "('", "\\"];

    /// <summary>So many, all different.</summary>
    public IReadOnlyList<string> Take(int count)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        while (taken.Count < count)
            taken.Add(Disguised(Of(Values) + Of(Breakers) + Of(Clauses) + Of(Endings)));
        return [.. taken];
    }

    /// <summary>Two that are alike to who takes them for text, and true and false to who runs them.</summary>
    public IReadOnlyList<(string True, string False)> Pairs(int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var (before, operation, after) = (Of(Values) + Of(Breakers), Of(["OR", "AND", "||"]), Of(Endings));
        var (yes, no) = random.Next(3) switch { 0 => ("1=1", "1=2"), 1 => ("'a'='a'", "'a'='b'"), _ => ("(7)>6", "(7)<6") };
        return ($"{before} {operation} {yes}{after}", $"{before} {operation} {no}{after}");
    })];

    private string Disguised(string text) => random.Next(12) switch
    {
        0 => text.Replace(" ", "/**/", StringComparison.Ordinal),
        1 => text.Replace(" ", "\t", StringComparison.Ordinal),
        2 => text.Replace(" ", "\n", StringComparison.Ordinal),
        3 => text.Replace(" ", "\u00A0", StringComparison.Ordinal),
        4 => string.Concat(text.Select(c => random.Next(2) == 0 ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c))),
        5 => Uri.EscapeDataString(text),
        6 => Uri.EscapeDataString(Uri.EscapeDataString(text)),
        7 => string.Concat(text.Select(static c => char.IsAsciiLetter(c) || c == ' ' ? c : (char)(c is > ' ' and <= '~' ? c + 0xFEE0 : c))),
        8 => text.Insert(random.Next(text.Length + 1), "\0"),
        9 => text + new string('\'', 3000),
        10 => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
        _ => text,
    };

    private string Of(string[] words) => words[random.Next(words.Length)];
}
