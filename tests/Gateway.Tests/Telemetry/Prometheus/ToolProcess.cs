using System.Diagnostics;

namespace Gateway.Tests.Telemetry.Prometheus;

/// <summary>A program of the Debian package prometheus.</summary>
internal static class ToolProcess
{
    public const string HowToEnable = "Prometheus is not installed; enable with: apt-get install prometheus";

    /// <summary>Where it is, or null.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs it to its end, within a minute.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string path, string input, params string[] arguments)
    {
        using var process = Start(path, arguments);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
        return (process.ExitCode, await output + await error);
    }

    public static Process Start(string path, params string[] arguments)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{path} did not start");
    }
}
