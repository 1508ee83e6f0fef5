using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gateway.Metering.Pricing;

namespace Gateway.Pipeline;

/// <summary>The parts of a conversation that are no text. They say by their <c>type</c> what they are, before or after what they hold.</summary>
internal static class ConversationParts
{
    /// <summary>Base64 of either alphabet, what stands before it in a data URL, and the backslash of <c>\/</c>.</summary>
    private static readonly SearchValues<byte> Encoded = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_:;,.\\"u8);

    private enum Member
    {
        Other,
        Type,
        Parts,
        Bytes,
    }

    private enum Kind
    {
        /// <summary>It does not say: what it holds is its owner's (<c>"image_url": {"url": …}</c>).</summary>
        Untyped,

        /// <summary>Whatever it holds is read as it stands.</summary>
        Other,

        /// <summary>Where an image or a file is (<c>"source": {"type": "base64", …}</c>): what it holds is its owner's.</summary>
        Source,

        Image,
        Audio,
        File,
    }

    /// <param name="talk">The value of <c>messages</c> or <c>input</c>: well-formed, at most <see cref="BodyScan.MaxDepth"/> deep.</param>
    /// <returns>Images and sound among the parts; and how many bytes of images, sound and files are no text.</returns>
    [SkipLocalsInit]
    public static (CatalogCapabilities Needs, int Encoded) Read(ReadOnlySpan<byte> talk)
    {
        var (needs, encoded, member) = (CatalogCapabilities.None, 0, Member.Other);
        Span<Frame> frames = stackalloc Frame[BodyScan.MaxDepth + 1];   // of what is open at each depth; the first one is nobody's
        frames[0] = default;
        var reader = new Utf8JsonReader(talk, new JsonReaderOptions { MaxDepth = BodyScan.MaxDepth });
        while (reader.Read())
        {
            var depth = reader.CurrentDepth;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when reader.ValueTextEquals("input"u8) || reader.ValueTextEquals("arguments"u8):
                    reader.Skip();   // what a function was called with: its own words
                    break;
                case JsonTokenType.PropertyName:
                    member = MemberOf(reader);
                    continue;
                case JsonTokenType.StartArray:
                    frames[depth + 1] = new() { IsOfParts = member == Member.Parts };
                    break;
                case JsonTokenType.StartObject:
                    frames[depth + 1] = new() { IsPart = member == Member.Parts || frames[depth].IsOfParts };
                    break;
                case JsonTokenType.EndObject:
                    encoded += Close(frames[depth + 1], ref frames[depth], ref needs);
                    break;
                case JsonTokenType.String when member == Member.Type:
                    frames[depth].Kind = KindOf(reader);
                    break;
                case JsonTokenType.String when member == Member.Bytes && !reader.ValueSpan.ContainsAnyExcept(Encoded):
                    frames[depth].Encoded += reader.ValueSpan.Length;
                    break;
            }

            member = Member.Other;
        }

        return (needs, encoded);
    }

    /// <returns>Bytes of it that are no text.</returns>
    private static int Close(in Frame closed, ref Frame owner, ref CatalogCapabilities needs)
    {
        if (closed.Kind is Kind.Untyped or Kind.Source) owner.Encoded += closed.Encoded;
        if (!closed.IsPart || closed.Kind is not (Kind.Image or Kind.Audio or Kind.File)) return 0;
        if (closed.Kind == Kind.Image) needs |= CatalogCapabilities.Vision;
        if (closed.Kind == Kind.Audio) needs |= CatalogCapabilities.Audio;
        return closed.Encoded;
    }

    private static Member MemberOf(in Utf8JsonReader name) =>
        name.ValueTextEquals("type"u8) ? Member.Type
        : name.ValueTextEquals("content"u8) || name.ValueTextEquals("output"u8) ? Member.Parts
        : name.ValueTextEquals("url"u8) || name.ValueTextEquals("image_url"u8) || name.ValueTextEquals("data"u8) || name.ValueTextEquals("file_data"u8) ? Member.Bytes
        : Member.Other;

    private static Kind KindOf(in Utf8JsonReader type) =>
        type.ValueTextEquals("image_url"u8) || type.ValueTextEquals("image"u8) || type.ValueTextEquals("input_image"u8) || type.ValueTextEquals("computer_screenshot"u8) ? Kind.Image
        : type.ValueTextEquals("input_audio"u8) ? Kind.Audio
        : type.ValueTextEquals("document"u8) || type.ValueTextEquals("file"u8) || type.ValueTextEquals("input_file"u8) || type.ValueTextEquals("video_url"u8) ? Kind.File
        : type.ValueTextEquals("base64"u8) || type.ValueTextEquals("url"u8) ? Kind.Source
        : Kind.Other;

    private struct Frame
    {
        public Kind Kind;

        /// <summary>An object that stands where a part may.</summary>
        public bool IsPart;

        /// <summary>A list whose objects are parts.</summary>
        public bool IsOfParts;

        /// <summary>Bytes in it that could be base64.</summary>
        public int Encoded;
    }
}
