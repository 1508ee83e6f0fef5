using System.Globalization;
using System.Reflection;

namespace Gateway.Storage.Ledger;

/// <summary>One numbered script of a dialect, <c>0001_ledger.sql</c>, from this assembly.</summary>
internal sealed record Migration(int Version, string Name, string Script)
{
    /// <summary>The scripts of a dialect, in the order of their numbers.</summary>
    /// <param name="dialect">The folder they stand in: <c>Sqlite</c>, <c>Postgres</c>.</param>
    public static IReadOnlyList<Migration> Of(string dialect)
    {
        var prefix = $"Gateway.Storage.{dialect}.Migrations.";
        var assembly = typeof(Migration).Assembly;
        return
        [
            .. from resource in assembly.GetManifestResourceNames()
               where resource.StartsWith(prefix, StringComparison.Ordinal)
               let name = resource[prefix.Length..]
               let version = int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture)
               orderby version
               select new Migration(version, name, Read(assembly, resource)),
        ];
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
