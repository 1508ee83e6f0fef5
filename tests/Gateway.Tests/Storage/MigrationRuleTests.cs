using System.Text.RegularExpressions;
using Gateway.Storage.Ledger;

namespace Gateway.Tests.Storage;

/// <summary>Migrations only add, so that a program from before them works on with the same store: beside a newer one, or after it.</summary>
public sealed partial class MigrationRuleTests
{
    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Postgres")]
    public void A_migration_takes_nothing_away(string dialect)
    {
        var migrations = Migration.Of(dialect);

        migrations.Should().NotBeEmpty();
        migrations.SelectMany(static m => Breaches(m.Script).Select(b => $"{m.Name}: {b}")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("DROP TABLE ledger;")]
    [InlineData("ALTER TABLE ledger DROP COLUMN tags;")]
    [InlineData("DROP VIEW ledger_all;")]
    [InlineData("ALTER TABLE ledger RENAME TO rows;")]
    [InlineData("alter table ledger rename column tags to labels;")]
    [InlineData("ALTER TABLE ledger ALTER COLUMN stream TYPE boolean;")]
    [InlineData("ALTER TABLE ledger ADD COLUMN region text NOT NULL;")]
    [InlineData("ALTER TABLE ledger ADD COLUMN weight bigint NOT NULL DEFAULT 1, ADD COLUMN region text NOT NULL;")]
    [InlineData("ALTER TABLE ledger ADD CONSTRAINT paid CHECK (cost_nano_usd > 0);")]
    [InlineData("CREATE UNIQUE INDEX ledger_request ON ledger (request_id);")]
    [InlineData("CREATE TABLE more (a int); DELETE FROM ledger;")]
    [InlineData("TRUNCATE ledger;")]
    public void A_script_that_takes_something_away_is_seen(string script) => Breaches(script).Should().NotBeEmpty();

    [Theory]
    [InlineData("DROP VIEW ledger_all; CREATE VIEW ledger_all AS SELECT 1;")]
    [InlineData("ALTER TABLE ledger ADD COLUMN weight bigint NOT NULL DEFAULT 1, ADD COLUMN region text;")]
    [InlineData("CREATE TABLE more (a int NOT NULL); CREATE UNIQUE INDEX more_a ON more (a); -- in place of what we DROP TABLE some day")]
    public void A_script_that_adds_is_none(string script) => Breaches(script).Should().BeEmpty();

    private static IEnumerable<string> Breaches(string script)
    {
        var text = Comment().Replace(script, "");
        foreach (Match match in Taking().Matches(text))
            yield return match.Value;
        foreach (Match match in Demanding().Matches(text).Where(static m => !m.Value.Contains("DEFAULT", StringComparison.OrdinalIgnoreCase)))
            yield return match.Value;
        foreach (Match match in DroppedView().Matches(text).Where(m => !Regex.IsMatch(text[m.Index..], $@"\bCREATE VIEW {m.Groups[1].Value}\b", RegexOptions.IgnoreCase)))
            yield return match.Value;
        foreach (Match match in UniqueIndex().Matches(text).Where(m => !Regex.IsMatch(text, $@"\bCREATE TABLE {m.Groups[1].Value}\b", RegexOptions.IgnoreCase)))
            yield return match.Value;
    }

    [GeneratedRegex("--.*")]
    private static partial Regex Comment();

    /// <summary>What was there is gone, has another name or type, or keeps out rows that it took.</summary>
    [GeneratedRegex(@"\bDROP\s+(?!VIEW\b)\w+|\bRENAME\b|\bALTER\s+COLUMN\b|\bADD\s+(CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN)\b|(?<=^|;)\s*(DELETE|TRUNCATE|REPLACE)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Taking();

    /// <summary>A column that an older program does not know, and would have to fill.</summary>
    [GeneratedRegex(@"\bADD\s+COLUMN\s[^,;]*\bNOT\s+NULL\b[^,;]*", RegexOptions.IgnoreCase)]
    private static partial Regex Demanding();

    [GeneratedRegex(@"\bDROP\s+VIEW\s+(\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex DroppedView();

    [GeneratedRegex(@"\bCREATE\s+UNIQUE\s+INDEX\s+\w+\s+ON\s+(\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex UniqueIndex();
}
