namespace Gateway.Providers.Bedrock;

/// <summary>What Bedrock calls a file.</summary>
/// <param name="Block">image, document, video or audio.</param>
internal readonly record struct BedrockMedia(string Block, string Format)
{
    public const string Document = "document";

    private const string Image = "image";

    private const string Video = "video";

    private static readonly Dictionary<string, BedrockMedia> ByType = new(StringComparer.Ordinal)
    {
        ["application/pdf"] = new(Document, "pdf"),
        ["application/msword"] = new(Document, "doc"),
        ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"] = new(Document, "docx"),
        ["application/vnd.ms-excel"] = new(Document, "xls"),
        ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = new(Document, "xlsx"),
        ["text/csv"] = new(Document, "csv"),
        ["text/html"] = new(Document, "html"),
        ["text/markdown"] = new(Document, "md"),
        ["text/x-markdown"] = new(Document, "md"),
        ["text/plain"] = new(Document, "txt"),
        ["image/jpg"] = new(Image, "jpeg"),
        ["video/quicktime"] = new(Video, "mov"),
        ["video/x-matroska"] = new(Video, "mkv"),
        ["video/x-flv"] = new(Video, "flv"),
        ["video/x-ms-wmv"] = new(Video, "wmv"),
        ["video/3gpp"] = new(Video, "three_gp"),
    };

    private static readonly Dictionary<string, BedrockMedia> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        ["pdf"] = new(Document, "pdf"),
        ["csv"] = new(Document, "csv"),
        ["doc"] = new(Document, "doc"),
        ["docx"] = new(Document, "docx"),
        ["xls"] = new(Document, "xls"),
        ["xlsx"] = new(Document, "xlsx"),
        ["html"] = new(Document, "html"),
        ["htm"] = new(Document, "html"),
        ["txt"] = new(Document, "txt"),
        ["md"] = new(Document, "md"),
        ["png"] = new(Image, "png"),
        ["jpg"] = new(Image, "jpeg"),
        ["jpeg"] = new(Image, "jpeg"),
        ["gif"] = new(Image, "gif"),
        ["webp"] = new(Image, "webp"),
        ["mp4"] = new(Video, "mp4"),
        ["mov"] = new(Video, "mov"),
        ["mkv"] = new(Video, "mkv"),
        ["webm"] = new(Video, "webm"),
        ["mp3"] = new("audio", "mp3"),
        ["wav"] = new("audio", "wav"),
        ["flac"] = new("audio", "flac"),
        ["ogg"] = new("audio", "ogg"),
    };

    /// <returns>Null where Bedrock has no such kind.</returns>
    public static BedrockMedia? Of(string type, string? filename)
    {
        if (ByType.TryGetValue(type, out var known)) return known;
        var slash = type.IndexOf('/', StringComparison.Ordinal);
        var (kind, format) = slash < 0 ? (type, "") : (type[..slash], type[(slash + 1)..]);
        if (kind is Image or Video or "audio" && format.Length > 0) return new(kind, format);
        if (ByExtension.TryGetValue(format, out var named) && named.Block == Document) return named;   // application/docx
        if (kind == "text") return new(Document, "txt");
        return filename is null ? null : OfName(filename);
    }

    public static BedrockMedia? OfName(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot >= 0 && ByExtension.TryGetValue(name[(dot + 1)..], out var known) ? known : null;
    }
}
