using System.Buffers;
using System.Text;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Gemini;

/// <summary>Calls in a stream. They come whole; only who asks Gemini to stream the arguments gets those in pieces, by their places in the object.</summary>
internal sealed class GeminiStreamCalls(string requestId)
{
    /// <returns>False where the part says nothing of a call.</returns>
    public bool Read(ReadOnlySpan<byte> data, in GeminiStreamPart part, GeminiOpenChoice choice, ChatChunkWriter chunks, IBufferWriter<byte> output)
    {
        if (data[part.CallName].Length <= 2)
        {
            if (choice.Arguments is not { } open) return false;
            open.Add(data[part.PartialArgs]);
            if (!part.WillContinue) Close(choice, chunks, output);
            return true;
        }

        Close(choice, chunks, output);   // one that was not told to be over
        var call = choice.Calls++;
        var own = data[part.CallId] is { Length: > 2 } given ? given : default;
        var id = own.IsEmpty ? GeminiIds.Of(requestId, choice.Index, call) : GeminiJsonRange.Decoded(own);
        chunks.ToolCall(output, choice.Index, call, id, GeminiJsonRange.Decoded(data[part.CallName]), GeminiExtra.Bytes(data[part.Signature], own));
        if (part.WillContinue || !data[part.PartialArgs].IsEmpty)
        {
            choice.Arguments = new GeminiArguments();
            choice.Arguments.Add(data[part.PartialArgs]);
            if (!part.WillContinue) Close(choice, chunks, output);
            return true;
        }

        var args = data[part.Args];
        chunks.ToolArguments(output, choice.Index, call, Encoding.UTF8.GetString(args.IsEmpty || args[0] != '{' ? "{}"u8 : args));
        return true;
    }

    public void Close(GeminiOpenChoice choice, ChatChunkWriter chunks, IBufferWriter<byte> output)
    {
        if (choice.Arguments is not { } open) return;
        chunks.ToolArguments(output, choice.Index, choice.Calls - 1, open.ToString());
        choice.Arguments = null;
    }
}
