using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.FakeUpstream;

/// <summary>How an attempt ended, as the upstream's bill sees it.</summary>
public enum InvoiceKind { Json, Stream, Aborted, Failed }

/// <summary>One line of the invoice.</summary>
/// <param name="RequestId">The gateway's <c>x-request-id</c>, where it sent one.</param>
/// <param name="PromptTokens">All prompt tokens, cached ones included.</param>
/// <param name="NanoUsd">Billionths of a US dollar.</param>
public sealed record InvoiceLine(long Number, string Case, string? RequestId, string Model, long PromptTokens, long CompletionTokens, long CachedTokens, long NanoUsd, InvoiceKind Kind)
{
    public static InvoiceLine Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new(
            root.GetProperty("id").GetInt64(),
            root.GetProperty("case").GetString()!,
            root.GetProperty("request_id").GetString(),
            root.GetProperty("model").GetString()!,
            root.GetProperty("prompt_tokens").GetInt64(),
            root.GetProperty("completion_tokens").GetInt64(),
            root.GetProperty("cached_tokens").GetInt64(),
            root.GetProperty("nano_usd").GetInt64(),
            Enum.Parse<InvoiceKind>(root.GetProperty("kind").GetString()!, ignoreCase: true));
    }
}

/// <summary>What the upstream charges, in integers and by arithmetic of its own: nothing here comes from the gateway's code.</summary>
public static class PriceList
{
    /// <summary>Picodollars a token: half-nano prices are there so that rounding shows.</summary>
    private const long Input = 37_500, Cached = 18_750, Output = 150_000;

    /// <summary>The same in US dollars per million tokens, for gateway.yaml.</summary>
    public const string Yaml = "{ input: 0.0375, output: 0.15, cache_read: 0.01875 }";

    /// <summary>Ten times dearer: models whose name ends in <c>-dear</c>.</summary>
    public const string DearYaml = "{ input: 0.375, output: 1.5, cache_read: 0.1875 }";

    /// <summary>Billionths of a dollar; a fraction counts as a whole one.</summary>
    public static long NanoUsd(string model, long prompt, long cached, long completion)
    {
        var pico = checked(((prompt - cached) * Input) + (cached * Cached) + (completion * Output));
        if (model.EndsWith("-dear", StringComparison.Ordinal))
            pico = checked(pico * 10);
        return (pico + 999) / 1000;
    }
}

/// <summary>The append-only file of what the upstream charges: a line is in it before the last byte of its answer is sent.</summary>
internal sealed class Invoice : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private long _lines;

    /// <param name="path">Appended to, if it is there.</param>
    public Invoice(string path) =>
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    public void Add(string name, string? requestId, string model, long prompt, long completion, long cached, InvoiceKind kind)
    {
        var number = Interlocked.Increment(ref _lines);
        var nano = PriceList.NanoUsd(model, prompt, cached, completion);
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber("id", number);
            json.WriteString("case", name);
            json.WriteString("request_id", requestId);
            json.WriteString("model", model);
            json.WriteNumber("prompt_tokens", prompt);
            json.WriteNumber("completion_tokens", completion);
            json.WriteNumber("cached_tokens", cached);
            json.WriteNumber("nano_usd", nano);
            json.WriteString("kind", kind.ToString().ToLower(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        lock (_gate)
            _file.Write(line.WrittenSpan);
    }

    public void Dispose() => _file.Dispose();
}

/// <summary>Reads an invoice while it is being written.</summary>
public static class InvoiceFile
{
    /// <summary>Every complete line of the file.</summary>
    public static IReadOnlyList<InvoiceLine> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, Encoding.UTF8);
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(InvoiceLine.Parse)];
    }
}
