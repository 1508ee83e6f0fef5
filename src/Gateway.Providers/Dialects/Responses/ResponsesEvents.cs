using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Core.Providers;

namespace Gateway.Providers.Dialects.Responses;

/// <summary>Writes the events of one stream, numbered from 0. Nothing is allocated for an event of words. Not thread-safe.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A Utf8JsonWriter over an IBufferWriter owns nothing that has to be let go.")]
internal sealed class ResponsesEvents(in TranslationContext context, ResponsesMemory memory)
{
    private readonly TranslationContext _context = context;
    private readonly Utf8JsonWriter _json = new(Stream.Null, ResponsesObject.Options);
    private IBufferWriter<byte>? _output;

    public long Count { get; private set; }

    private IBufferWriter<byte> Output => _output ?? throw new InvalidOperationException("No stream was begun.");

    /// <summary>Where events go from now on; the first ones are written before any other.</summary>
    public void Begin(IBufferWriter<byte> output)
    {
        _output = output;
        if (Count > 0) return;
        foreach (var type in (ReadOnlySpan<string>)["response.created", "response.in_progress"]) Whole(type, [], null);
    }

    public void End(IReadOnlyList<ResponsesItem> items, ResponsesEnd end) => Whole(end.CutBy is null ? "response.completed" : "response.incomplete", items, end);

    public void ItemAdded(ResponsesItem item)
    {
        if (item.Kind != ResponsesItemKind.Image) item.DeltaHead = Head(DeltaType(item), item);   // which comes whole
        Item("response.output_item.added", item);
        if (item.Kind != ResponsesItemKind.Image) return;
        foreach (var type in (ReadOnlySpan<string>)["response.image_generation_call.in_progress", "response.image_generation_call.generating"]) Bare(type, item);
    }

    public void ItemDone(ResponsesItem item)
    {
        switch (item.Kind)
        {
            case ResponsesItemKind.Reasoning when !item.Text.IsEmpty:
                SummaryDone(item);
                break;
            case ResponsesItemKind.Message:
                PartDone(item);
                break;
            case ResponsesItemKind.FunctionCall:
                Open("response.function_call_arguments.done", item);
                ResponsesObject.WriteRaw(_json, "name"u8, item.Name);
                ResponsesObject.WriteRaw(_json, "arguments"u8, item.Text.Json);
                Close();
                break;
            case ResponsesItemKind.Image:
                Bare("response.image_generation_call.completed", item);
                break;
            case ResponsesItemKind.CustomCall:
                Open("response.custom_tool_call_input.done", item);
                ResponsesObject.WriteRaw(_json, "input"u8, item.Text.Json);
                Close();
                break;
        }

        Item("response.output_item.done", item);
    }

    public void SummaryAdded(ResponsesItem item)
    {
        Open("response.reasoning_summary_part.added", item);
        _json.WritePropertyName("part"u8);
        ResponsesObject.WriteSummary(_json, "\"\""u8);
        Close();
    }

    public void PartAdded(ResponsesItem item)
    {
        Open("response.content_part.added", item);
        _json.WritePropertyName("part"u8);
        ResponsesObject.WritePart(_json, item, "\"\""u8);
        Close();
    }

    /// <param name="text">A JSON string with its quotes and escapes.</param>
    /// <param name="logprobs">Values of a list.</param>
    public void Delta(ResponsesItem item, ReadOnlySpan<byte> text, ReadOnlySpan<byte> logprobs = default)
    {
        var output = Output;
        output.Write(item.DeltaHead);
        output.Write(text);
        if (item is { Kind: ResponsesItemKind.Message, IsRefusal: false })
        {
            output.Write(",\"logprobs\":["u8);
            output.Write(logprobs);
            output.Write("]"u8);
        }

        output.Write(",\"sequence_number\":"u8);
        var room = output.GetSpan(20);
        Utf8Formatter.TryFormat(Count++, room, out var written);
        output.Advance(written);
        output.Write("}\n\n"u8);
    }

    /// <param name="annotation">A JSON object on one line.</param>
    public void Annotated(ResponsesItem item, int place, ReadOnlySpan<byte> annotation)
    {
        Open("response.output_text.annotation.added", item);
        _json.WriteNumber("annotation_index"u8, place);
        ResponsesObject.WriteRaw(_json, "annotation"u8, annotation);
        Close();
    }

    private void SummaryDone(ResponsesItem item)
    {
        Open("response.reasoning_summary_text.done", item);
        ResponsesObject.WriteRaw(_json, "text"u8, item.Text.Json);
        Close();
        Open("response.reasoning_summary_part.done", item);
        _json.WritePropertyName("part"u8);
        ResponsesObject.WriteSummary(_json, item.Text.Json);
        Close();
    }

    private void PartDone(ResponsesItem item)
    {
        Open(item.IsRefusal ? "response.refusal.done" : "response.output_text.done", item);
        ResponsesObject.WriteRaw(_json, item.IsRefusal ? "refusal"u8 : "text"u8, item.Text.Json);
        if (!item.IsRefusal) ResponsesObject.WriteList(_json, "logprobs"u8, item.Logprobs.Span);
        Close();
        Open("response.content_part.done", item);
        _json.WritePropertyName("part"u8);
        ResponsesObject.WritePart(_json, item, item.Text.Json);
        Close();
    }

    /// <summary>An event that says no more than its name.</summary>
    private void Bare(string type, ResponsesItem item)
    {
        Open(type, item);
        Close();
    }

    private void Item(string type, ResponsesItem item)
    {
        Open(type);
        _json.WriteNumber("output_index"u8, item.Index);
        _json.WritePropertyName("item"u8);
        ResponsesObject.WriteItem(_json, item);
        Close();
    }

    private void Whole(string type, IReadOnlyList<ResponsesItem> items, ResponsesEnd? end)
    {
        Open(type);
        _json.WritePropertyName("response"u8);
        ResponsesObject.Write(_json, _context, memory, items, end);
        Close();
    }

    private void Open(string type)
    {
        var output = Output;
        output.Write("event: "u8);
        Encoding.UTF8.GetBytes(type, output);
        output.Write("\ndata: "u8);
        _json.Reset(output);
        _json.WriteStartObject();
        _json.WriteString("type"u8, type);
    }

    private void Open(string type, ResponsesItem item)
    {
        Open(type);
        _json.WriteString("item_id"u8, item.Id);
        _json.WriteNumber("output_index"u8, item.Index);
        if (item.Kind == ResponsesItemKind.Message) _json.WriteNumber("content_index"u8, 0);
        else if (item.Kind == ResponsesItemKind.Reasoning) _json.WriteNumber("summary_index"u8, 0);
    }

    private void Close()
    {
        _json.WriteNumber("sequence_number"u8, Count++);
        _json.WriteEndObject();
        _json.Flush();
        Output.Write("\n\n"u8);
    }

    private static string DeltaType(ResponsesItem item) => item.Kind switch
    {
        ResponsesItemKind.Reasoning => "response.reasoning_summary_text.delta",
        ResponsesItemKind.Message => item.IsRefusal ? "response.refusal.delta" : "response.output_text.delta",
        ResponsesItemKind.FunctionCall => "response.function_call_arguments.delta",
        _ => "response.custom_tool_call_input.delta",
    };

    /// <summary>What all pieces of an item have before their text.</summary>
    private static byte[] Head(string type, ResponsesItem item)
    {
        var place = item.Kind switch { ResponsesItemKind.Message => "\"content_index\":0,", ResponsesItemKind.Reasoning => "\"summary_index\":0,", _ => "" };
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"event: {type}\ndata: {{\"type\":\"{type}\",\"item_id\":\"{item.Id}\",\"output_index\":{item.Index},{place}\"delta\":"));
    }
}
