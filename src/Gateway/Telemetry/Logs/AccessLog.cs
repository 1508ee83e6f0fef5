using System.Text;
using Gateway.Config;

namespace Gateway.Telemetry.Logs;

/// <summary>One line per finished request: who asked for what, who served it, how long it took and what it cost. Never what was said.</summary>
internal sealed class AccessLog(LogSink sink, LogStyle style, TimeProvider time)
{
    private const int TypicalLine = 1024;

    /// <summary>What is the same on every line, in one piece.</summary>
    private static readonly byte[] Event = Encoding.UTF8.GetBytes(
        $",\"event\":\"{nameof(EventIds.RequestFinished)}\",\"event_id\":{EventIds.RequestFinished},\"msg\":\"request finished\"");

    public void Write(in RequestRecord record)
    {
        Span<byte> room = stackalloc byte[TypicalLine];
        if (style.Format == LogFormat.Json)
            WriteJson(in record, room);
        else
            WriteText(in record, room);
    }

    private void WriteJson(in RequestRecord record, Span<byte> room)
    {
        var line = new JsonLine(room);
        try
        {
            line.Begin(time.GetUtcNow(), record.Status >= 500 ? "warn"u8 : "info"u8);
            line.Constant(Event);
            line.Field("request_id"u8, record.RequestId);
            line.Field("endpoint"u8, record.Endpoint);
            line.Field("model"u8, record.Model);
            line.Field("provider"u8, record.Provider);
            line.Field("target_model"u8, record.TargetModel);
            line.Field("key"u8, record.Key);
            line.Field("team"u8, record.Team);
            line.Field("status"u8, record.Status);
            line.Field("stream"u8, record.Stream);
            line.Field("attempts"u8, record.Attempts);
            line.Milliseconds("duration_ms"u8, record.Duration);
            line.Milliseconds("overhead_ms"u8, record.Overhead);
            if (record.FirstByte is { } firstByte)
                line.Milliseconds("ttft_ms"u8, firstByte);
            if (record.Provider is not null)
                Usage(ref line, in record);
            line.Field("error"u8, record.ErrorCode);
            sink.Append(line.End());
        }
        finally
        {
            line.Dispose();
        }
    }

    private static void Usage(ref JsonLine line, in RequestRecord record)
    {
        ref readonly var usage = ref record.Usage;
        line.Field("input_tokens"u8, usage.Input + usage.InputAudio + usage.InputImage);
        line.Field("output_tokens"u8, usage.Output);
        if (usage.CacheRead > 0)
            line.Field("cache_read_tokens"u8, usage.CacheRead);
        if (usage.CacheWrite + usage.CacheWriteHour is > 0 and var written)
            line.Field("cache_write_tokens"u8, written);
        if (usage.Reasoning > 0)
            line.Field("reasoning_tokens"u8, usage.Reasoning);
        line.Field("usage_source"u8, record.UsageSource.Label());
        line.Field("cost_usd"u8, record.Cost.Value, 9);
    }

    private void WriteText(in RequestRecord record, Span<byte> room)
    {
        var line = new TextLine(room, style.Colour);
        try
        {
            line.Begin(time.GetUtcNow());
            line.Status(record.Status);
            line.Word(record.Endpoint);
            line.Word(record.Model ?? "-");
            if (record.Provider is not null)
                line.Words("-> "u8, record.Provider, "/"u8, record.TargetModel);
            line.Milliseconds(""u8, record.Duration);
            line.Milliseconds("overhead="u8, record.Overhead);
            if (record.FirstByte is { } firstByte)
                line.Milliseconds("ttft="u8, firstByte);
            if (record.Provider is not null)
            {
                line.Number("in="u8, record.Usage.PromptTotal, 0);
                line.Number("out="u8, record.Usage.Output, 0);
                line.Number("$"u8, record.Cost.Value, 9);
            }
            line.Words("key="u8, record.Key, ""u8, null);
            line.Words("error="u8, record.ErrorCode, ""u8, null);
            line.Words("id="u8, record.RequestId, ""u8, null);
            sink.Append(line.End());
        }
        finally
        {
            line.Dispose();
        }
    }
}
