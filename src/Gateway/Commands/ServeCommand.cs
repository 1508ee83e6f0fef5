using Gateway.Config;
using Gateway.Core.Stores;
using Gateway.Hosting;

namespace Gateway.Commands;

/// <summary><c>serve</c>: runs the gateway until a signal ends it.</summary>
internal static class ServeCommand
{
    private const int CannotStart = 1;

    /// <returns>0 after an orderly end, 1 where it cannot start, 2 where the configuration has errors.</returns>
    public static async Task<int> RunAsync(ConfigLoader loader, string? urls, TextWriter err)
    {
        var loaded = loader.Load().WithoutDocument();
        if (loaded.Config is null)
        {
            foreach (var error in loaded.Errors) err.WriteLine(error);
            err.WriteLine("The gateway does not start with a configuration that has errors.");
            return CheckCommand.Invalid;
        }

        try
        {
            var host = await GatewayHost.BuildAsync(loader, loaded, urls);
            await host.RunAsync(err);
            return CheckCommand.Valid;
        }
        catch (Exception e) when (e is StoreException or IOException)
        {
            err.WriteLine($"The gateway cannot start: {e.Message}");
            return CannotStart;
        }
    }
}
