using System.Text;

namespace Gateway.Metering.Pricing;

/// <summary>One model's line of catalog.yaml.</summary>
internal static class CatalogLine
{
    /// <param name="list">The catalogue's date.</param>
    /// <exception cref="FormatException">The line says what this reader does not know.</exception>
    public static CatalogModel Parse(string kind, string name, string list, ReadOnlySpan<byte> flow)
    {
        var reader = new FlowReader(flow);
        CatalogMode? mode = null;
        long? context = null, maxOutput = null;
        var capabilities = CatalogCapabilities.None;
        var price = new PriceParts();
        reader.Expect('{');
        while (reader.HasNext('}'))
        {
            var key = reader.Key();
            if (key.SequenceEqual("mode"u8))
                mode = Mode(reader.Scalar());
            else if (key.SequenceEqual("context"u8))
                context = reader.Whole();
            else if (key.SequenceEqual("max_output"u8))
                maxOutput = reader.Whole();
            else if (key.SequenceEqual("caps"u8))
                capabilities = Capabilities(ref reader);
            else
                price.Read(key, ref reader);
        }

        return new(kind, name, mode ?? throw new FormatException("mode is missing"), context, maxOutput, capabilities, price.BuildFrom(list));
    }

    private static CatalogMode Mode(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("chat"u8) ? CatalogMode.Chat
        : text.SequenceEqual("completion"u8) ? CatalogMode.Completion
        : text.SequenceEqual("embedding"u8) ? CatalogMode.Embedding
        : text.SequenceEqual("responses"u8) ? CatalogMode.Responses
        : throw Unknown("mode", text);

    private static CatalogCapabilities Capabilities(ref FlowReader reader)
    {
        var all = CatalogCapabilities.None;
        reader.Expect('[');
        while (reader.HasNext(']'))
        {
            var text = reader.Scalar();
            all |= text.SequenceEqual("vision"u8) ? CatalogCapabilities.Vision
                : text.SequenceEqual("tools"u8) ? CatalogCapabilities.Tools
                : text.SequenceEqual("json_schema"u8) ? CatalogCapabilities.JsonSchema
                : text.SequenceEqual("reasoning"u8) ? CatalogCapabilities.Reasoning
                : text.SequenceEqual("audio"u8) ? CatalogCapabilities.Audio
                : throw Unknown("capability", text);
        }

        return all;
    }

    private static FormatException Unknown(string what, ReadOnlySpan<byte> text) => new($"unknown {what} '{Encoding.UTF8.GetString(text)}'");
}
