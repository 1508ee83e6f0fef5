using System.Globalization;
using System.Text.Json;

namespace Gateway.Benchmarks;

/// <summary>Holds every operation against its budget of allocated bytes.</summary>
internal static class BudgetRunner
{
    /// <summary>Bytes per run that are still nobody's: an allocation elsewhere in the process, spread over a round. The smallest object has 24.</summary>
    private const double Noise = 0.1;

    /// <returns>The exit code: 0 when all are within budget; 1 when one is over, has no budget, or a budget has no operation.</returns>
    public static async Task<int> RunAsync(string budgetsPath, TextWriter output)
    {
        var ruler = await AllocationMeter.MeasureAsync(new Ruler());
        if (Math.Abs(ruler - Ruler.Bytes) > Noise)
        {
            await output.WriteLineAsync($"The meter is broken: it reads {ruler:0.0} bytes for an allocation of {Ruler.Bytes}.");
            return 1;
        }
        var budgets = Read(budgetsPath);
        var failed = 0;
        foreach (var operation in OperationCatalog.Create())
        {
            var bytes = await AllocationMeter.MeasureAsync(operation);
            var verdict = !budgets.Remove(operation.Name, out var budget) ? "NO BUDGET" : bytes > budget + Noise ? "OVER" : "ok";
            failed += verdict == "ok" ? 0 : 1;
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{operation.Name,-48} {bytes,10:0.0} B of {budget,6} B  {verdict}"));
            (operation as IDisposable)?.Dispose();
        }
        foreach (var name in budgets.Keys)
            await output.WriteLineAsync($"{name,-48} has a budget and no operation");
        return failed + budgets.Count == 0 ? 0 : 1;
    }

    private static Dictionary<string, long> Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false });
        return document.RootElement.EnumerateObject().ToDictionary(static p => p.Name, static p => p.Value.GetInt64(), StringComparer.Ordinal);
    }

    /// <summary>An allocation of known size: what shows on every run that the meter would see one.</summary>
    private sealed class Ruler : IOperation
    {
        /// <summary>An array of 104 bytes with its header and length.</summary>
        public const int Bytes = 128;

        private static byte[]? _kept;

        public string Name => "ruler";

        public ValueTask RunAsync()
        {
            Volatile.Write(ref _kept, new byte[104]);
            return default;
        }
    }
}
