using Gateway.Config;
using Gateway.Prompts;

namespace Gateway.Commands;

/// <summary><c>check</c>: says whether a configuration is valid, and everything that is wrong with it.</summary>
internal static class CheckCommand
{
    public const int Valid = 0;

    /// <summary>The exit code for a configuration with errors.</summary>
    public const int Invalid = 2;

    /// <param name="compile">What else can find problems (compiling the snapshot); null: nothing else.</param>
    /// <returns>0, or 2 when there are errors; each stands on a line of <paramref name="err"/> as <c>file:line:column: key: message</c>.</returns>
    public static int Run(TextWriter @out, TextWriter err, ConfigLoader loader, Func<GatewayConfig, IReadOnlyList<ConfigProblem>>? compile = null)
    {
        var result = loader.Load();
        var errors = result.Config is not null && compile is not null ? result.Locate(compile(result.Config)) : result.Errors;
        if (result.Config is { } config && errors.Count == 0)
        {
            PrintSummary(@out, result.Source, config);
            return Valid;
        }

        foreach (var error in errors)
            err.WriteLine(error);
        err.WriteLine(errors.Count == 1 ? "1 error" : $"{errors.Count} errors");
        return Invalid;
    }

    private static void PrintSummary(TextWriter @out, ConfigSource source, GatewayConfig config)
    {
        @out.WriteLine($"{source.Description}: valid");
        @out.WriteLine($"  listens on  {config.Server.Urls}");
        @out.WriteLine($"  admin API   {(config.Server.AdminKey is null ? "not served (no server.admin_key)" : "served")}");
        @out.WriteLine($"  store       {config.Store}");
        @out.WriteLine($"  providers   {Names(config.Providers.Select(static p => $"{p.Name} ({p.Kind})"))}");
        @out.WriteLine($"  models      {Names(config.Models.Select(static m => m.Name))}, {config.Aliases.Count} aliases");
        if (config.Functions.Count > 0) @out.WriteLine($"  functions   {Names(config.Functions.Select(static f => f.Name))}");
        if (StoredPrompts(config) is { Length: > 0 } stored) @out.WriteLine($"  from the store, which is not asked here: {string.Join(", ", stored)}");
        @out.WriteLine($"  keys        {Names(config.Keys.Select(static k => k.Name))}");
        @out.WriteLine($"  teams       {Names(config.Teams.Select(static t => t.Name))}");
        @out.WriteLine($"  budgets     {config.Budgets.Count + config.Keys.Sum(static k => k.Budgets.Count) + config.Teams.Sum(static t => t.Budgets.Count)}");
    }

    /// <summary>Prompts that functions name and the file does not have.</summary>
    private static string[] StoredPrompts(GatewayConfig config) =>
        [.. config.Functions.Select(static f => PromptReference.Of(f.Prompt)).Where(r => config.Prompts.All(p => p.Name != r.Name)).Select(static r => r.Full).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>How many, and the first few.</summary>
    private static string Names(IEnumerable<string> names)
    {
        const int shown = 5;
        var all = names.ToArray();
        var listed = string.Join(", ", all.Take(shown));
        return all.Length == 0 ? "0" : $"{all.Length}: {listed}{(all.Length > shown ? ", …" : "")}";
    }
}
