using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Metering;
using Gateway.Routing;

namespace Gateway.Explaining;

/// <summary>A request's explanation for the ledger, with the attempts that were made so far: at most <see cref="LedgerLimits.Explain"/> bytes of JSON.</summary>
internal sealed class ExplainNote
{
    private const string NoRoom = "{\"left_off\":true}";

    /// <summary>What is kept for the attempts: about ten of them.</summary>
    private const int ForAttempts = 1024;

    /// <summary>Without its last brace.</summary>
    private readonly string _head;

    // Attempts can run beside one another.
    private readonly Lock _gate = new();
    private readonly StringBuilder _attempts = new();

    private ExplainNote(string whole) => _head = whole[..^1];

    /// <summary>As much of it as there is room for.</summary>
    public static ExplainNote Of(Explanation explanation)
    {
        for (var most = 64; most > 0; most /= 4)
            if (Whole(explanation, most) is { Length: <= LedgerLimits.Explain - ForAttempts } whole) return new(whole);
        return new(NoRoom);
    }

    /// <param name="status">As in the ledger.</param>
    public void Attempted(Target target, int status)
    {
        var one = Text(json =>
        {
            json.WriteStartObject();
            json.WriteString("target"u8, target.Name);
            json.WriteNumber("status"u8, status);
            json.WriteEndObject();
        });
        lock (_gate)
        {
            const int around = 32;   // the list's name and brackets
            if (_head.Length + _attempts.Length + one.Length + around > LedgerLimits.Explain) return;
            if (_attempts.Length > 0) _attempts.Append(',');
            _attempts.Append(one);
        }
    }

    public string Text()
    {
        lock (_gate) return $"{_head},\"attempts\":[{_attempts}]}}";
    }

    private static string Whole(Explanation explanation, int most) => Text(json => ExplanationJson.Write(json, explanation, most));

    /// <summary>ASCII, as the writer's own encoder has it: characters are bytes.</summary>
    private static string Text(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return Encoding.ASCII.GetString(buffer.WrittenSpan);
    }
}
