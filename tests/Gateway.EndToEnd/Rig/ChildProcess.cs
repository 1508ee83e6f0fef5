using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Gateway.EndToEnd.Rig;

/// <summary>A program a test started: its output is kept, it gets signals by its own id, and it never outlives the test.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    public const int SigHup = 1;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything on stdout so far.</summary>
    public string Output => Text(_output);

    /// <summary>Everything on stderr so far.</summary>
    public string Errors => Text(_errors);

    /// <param name="environment">Added to the test's own; a null value removes a variable.</param>
    public static ChildProcess Start(string file, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var info = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            info.Environment[name] = value;
        var process = new Process { StartInfo = info };
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, line) => Append(child._output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(child._errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The dotnet that runs the tests runs their programs too.</summary>
    public static ChildProcess StartDotnet(IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? environment = null, Surroundings? within = null) =>
        Start([Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", .. arguments], folder, environment, within);

    /// <summary>The gateway: the published program where there is one, else what was built.</summary>
    public static ChildProcess StartGateway(IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? environment = null, Surroundings? within = null) =>
        Places.GatewayProgram is { } program ? Start([program, .. arguments], folder, environment, within) : StartDotnet([Places.GatewayDll, .. arguments], folder, environment, within);

    /// <summary>Runs a short program of the system to its end.</summary>
    public static async Task<(int Code, string Said)> RunAsync(string program, string[] arguments)
    {
        await using var child = Start(Places.Program(program)!, arguments, "/");
        return (await child.ExitCodeAsync(TimeSpan.FromSeconds(10)), child.Output + child.Errors);
    }

    /// <summary>Waits for the rest of the line that stands behind <paramref name="marker"/> on stdout or stderr.</summary>
    /// <exception cref="TimeoutException">The program ended or was silent for too long; the message holds all it said.</exception>
    public async Task<string> AfterMarkerAsync(string marker, TimeSpan within)
    {
        string? rest = null;
        await Eventually.TrueAsync(
            () =>
            {
                var output = Output + Errors;
                var at = output.IndexOf(marker, StringComparison.Ordinal);
                var end = at < 0 ? -1 : output.IndexOf('\n', at);
                if (end > 0)
                    rest = output[(at + marker.Length)..end].Trim();
                return rest is not null || HasExited;
            },
            within,
            () => $"'{marker}' in the output of {_process.StartInfo.FileName}.\nstdout:\n{Output}\nstderr:\n{Errors}");
        return rest ?? throw new TimeoutException($"the program ended with {_process.ExitCode} before it printed '{marker}'.\nstdout:\n{Output}\nstderr:\n{Errors}");
    }

    public void Signal(int signal)
    {
        if (Kill(_process.Id, signal) != 0 && !_process.HasExited)
            throw new InvalidOperationException($"kill({_process.Id}, {signal}) failed with errno {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the program did not end within {within.TotalSeconds} s.\nstdout:\n{Output}\nstderr:\n{Errors}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(SigKill);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static ChildProcess Start(IEnumerable<string> program, string folder, IReadOnlyDictionary<string, string?>? environment, Surroundings? within)
    {
        string[] all = [.. within?.Command ?? [], .. program];
        return Start(all[0], all[1..], folder, environment);
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (text)
            text.Append(line).Append('\n');
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Kill(int pid, int signal);
}
