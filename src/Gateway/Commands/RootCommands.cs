using System.CommandLine;
using Gateway.Config;
using Gateway.Config.Values;
using Gateway.Core.Stores;
using Gateway.Hosting;
using Gateway.Storage.Sqlite;

namespace Gateway.Commands;

/// <summary>The command line. <c>serve</c> is what happens when no command is named.</summary>
internal static class RootCommands
{
    private static readonly Option<string?> ConfigOption = new("--config")
    {
        Description = "The configuration file. Default: GATEWAY_CONFIG, else ./gateway.yaml, else the built-in demo.",
        HelpName = "PATH",
        Recursive = true,
    };

    private static readonly Option<string?> UrlsOption = new("--urls")
    {
        Description = "Where to listen, in place of server.urls; several are separated by semicolons.",
        HelpName = "URLS",
        Recursive = true,
    };

    public static RootCommand Create()
    {
        var root = new RootCommand("One address for all model providers: an OpenAI-compatible gateway with keys, budgets and an exact ledger.") { ConfigOption, UrlsOption };
        root.SetAction(ServeAsync);
        root.Add(Command("serve", "Serve requests (the default).", ServeAsync));
        root.Add(Demo());
        root.Add(Command("check", "Validate the configuration: every error with file:line:column. Exit code 2 if there are any.", Check));
        root.Add(Command("audit", "Prove the ledger: every row's cost, their sum, every budget. Exit code 3 if anything differs.",
            static (parsed, cancellationToken) => AuditCommand.RunAsync(Loader(parsed), Console.Out, Console.Error, cancellationToken)));
        root.Add(Reprice());
        root.Add(OfFile("backup", "--to", "The file to write; it must not exist.", "Copy the embedded store, beside a gateway that runs or without one.", BackupCommand.BackupAsync));
        root.Add(OfFile("restore", "--from", "The backup.", "Put a backup in the place of the embedded store. The gateway must not run; what was there is kept beside.", BackupCommand.RestoreAsync));
        root.Add(Command("schema", "Print the JSON schema of gateway.yaml, for editors.", static (_, _) => Task.FromResult(SchemaCommand.Run(Console.Out))));
        root.Add(Command("version", "Print the version, and those of the runtime and the embedded store.", static (_, _) => Version()));
        return root;
    }

    private static Command Demo()
    {
        var pace = new Option<int>("--pace")
        {
            Description = "Milliseconds between two pieces of a stream.",
            HelpName = "MS",
            DefaultValueFactory = static _ => (int)DemoCommand.DefaultPace.TotalMilliseconds,
        };
        pace.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 60_000) result.AddError("--pace: from 0 to 60000 milliseconds.");
        });
        var command = new Command("demo", $"Serve the demo model behind the API of every kind of provider, with faults on demand, for tests without keys and costs. Listens on {DemoCommand.DefaultUrls} where --urls says nothing.")
        {
            pace,
        };
        command.SetAction((parsed, _) => UrlsAreWrong(parsed)
            ? Task.FromResult(CheckCommand.Invalid)
            : DemoCommand.RunAsync(parsed.GetValue(UrlsOption) ?? DemoCommand.DefaultUrls, TimeSpan.FromMilliseconds(parsed.GetValue(pace)), Console.Error));
        return command;
    }

    private static Command Reprice()
    {
        var from = Day("--from", "Rows admitted on this day or later (UTC).", required: true);
        var to = Day("--to", "Rows admitted before this day (UTC).", required: false);
        var model = new Option<string?>("--model") { Description = "Only rows of this model.", HelpName = "NAME" };
        var apply = new Option<bool>("--apply") { Description = "Write the new costs. Without it they are only shown." };
        var command = new Command("reprice", "Compute again what rows cost, at the prices of today's configuration and catalogue.") { from, to, model, apply };
        command.SetAction((parsed, cancellationToken) => RepriceCommand.RunAsync(
            Loader(parsed), new LedgerFilter(From: Midnight(parsed.GetValue(from)), To: Midnight(parsed.GetValue(to)), Model: parsed.GetValue(model)), parsed.GetValue(apply),
            Console.Out, Console.Error, cancellationToken));
        return command;
    }

    private static Command OfFile(string name, string option, string about, string description, Func<ConfigLoader, string, TextWriter, TextWriter, CancellationToken, Task<int>> run)
    {
        var file = new Option<string>(option) { Description = about, HelpName = "FILE", Required = true };
        var command = new Command(name, description) { file };
        command.SetAction((parsed, cancellationToken) => run(Loader(parsed), parsed.GetValue(file)!, Console.Out, Console.Error, cancellationToken));
        return command;
    }

    private static Option<DateOnly?> Day(string name, string description, bool required) => new(name)
    {
        Description = description,
        HelpName = "YYYY-MM-DD",
        Required = required,
        CustomParser = static argument =>
        {
            if (DateOnly.TryParseExact(argument.Tokens[0].Value, "yyyy-MM-dd", out var day)) return day;
            argument.AddError($"'{argument.Tokens[0].Value}' is no day: write it as 2026-11-20.");
            return null;
        },
    };

    private static DateTimeOffset? Midnight(DateOnly? day) => day is { } date ? new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero) : null;

    private static Command Command(string name, string description, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description);
        command.SetAction(action);
        return command;
    }

    private static Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        UrlsAreWrong(parsed) ? Task.FromResult(CheckCommand.Invalid) : ServeCommand.RunAsync(Loader(parsed), parsed.GetValue(UrlsOption), Console.Error);

    private static Task<int> Check(ParseResult parsed, CancellationToken cancellationToken) =>
        Task.FromResult(UrlsAreWrong(parsed) ? CheckCommand.Invalid : CheckCommand.Run(Console.Out, Console.Error, Loader(parsed)));

    private static bool UrlsAreWrong(ParseResult parsed)
    {
        if (parsed.GetValue(UrlsOption) is not { } urls || ListenUrlsKind.ProblemOf(urls) is not { } problem) return false;
        Console.Error.WriteLine($"--urls: '{urls}' {problem}");
        return true;
    }

    private static Task<int> Version()
    {
        Console.WriteLine($"Gateway {BuildVersion.Text}");
        Console.WriteLine($".NET {Environment.Version}");
        Console.WriteLine($"SQLite {SqliteLedgerStore.EngineVersion}");
        return Task.FromResult(0);
    }

    private static ConfigLoader Loader(ParseResult parsed)
    {
        var environment = EnvironmentSource.Process;
        return new(ConfigSource.Resolve(parsed.GetValue(ConfigOption), environment), environment, GatewayHost.Kinds);
    }
}
